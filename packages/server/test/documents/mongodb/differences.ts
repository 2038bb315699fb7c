import { isDocumentDb } from './cluster.ts'

/** What PostgreSQL with the DocumentDB extension answers otherwise than MongoDB does. */
const ofDocumentDb: Readonly<Record<string, string>> = {
  'update: $set several fields: new fields in lexicographic order':
    'new fields stand in the order of the update',
  'indexes: reads by _id, through an index, or through everything': 'there is no explain',
  'reads: names the stage or operator that it does not know':
    'the text is another, the name is in it',
}

export const knownDifferences = async (): Promise<Readonly<Record<string, string>>> =>
  (await isDocumentDb()) ? ofDocumentDb : {}
