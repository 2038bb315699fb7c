import { ObjectId } from 'bson'
import type { Offers } from '../documents/documents.ts'
import { openMongoDb } from '../documents/mongodb/index.ts'
import { contractCases } from './contract/contract.ts'
import { type CaseResult, openScratch, runCase } from './run-cases.ts'

export type Progress = (done: number, all: number, result: CaseResult) => void

/** What a cluster can do for a server whose store it is to be. */
export type Examination = {
  /** The address without who logs in. */
  readonly store: string
  readonly offers: Offers
  readonly passed: number
  readonly failed: readonly CaseResult[]
  readonly skipped: readonly CaseResult[]
  /** False when a server could not rely on this cluster. */
  readonly isFit: boolean
}

/**
 * Without these facts users, sessions or limits would go wrong. What `query`, `update`, `aggregate` and `watch` say
 * is about what apps do with their own documents.
 */
const needed: ReadonlySet<string> = new Set(['store'])

/** Facts of other groups without which the store is none. */
const neededFacts: ReadonlySet<string> = new Set([
  'writes: refuses a second document of the same _id, naming key and value',
  'writes: loses no increment when many run at once',
  'writes: lets one of many find and delete a document',
  'writes: inserts one document however many upserts of one _id run at once',
  'indexes: describes unique, partial and expiring indexes as they were made',
  'indexes: refuses an update into a taken key and leaves the document as it was',
  'indexes: lets documents outside a partial index share its key',
])

/** True for a fact that a server cannot do without. */
export const isNeeded = ({ group, name }: Pick<CaseResult, 'group' | 'name'>): boolean =>
  needed.has(group) || neededFacts.has(`${group}: ${name}`)

/**
 * Runs the contract of the engines against a cluster, in databases `regent_doctor_…` of its own, which it drops.
 *
 * @throws `Unavailable` when the cluster cannot be reached or goes away, TypeError when the address cannot be read
 */
export const examineStore = async (
  address: string,
  onProgress: Progress = () => undefined,
): Promise<Examination> => {
  const documents = await openMongoDb({ address })
  try {
    const offers = await documents.offers()
    const name = `regent_doctor_${new ObjectId().toHexString()}`
    const scratch = openScratch(documents, name)
    const cases = contractCases()
    const results: CaseResult[] = []
    for (const each of cases) {
      const result = await runCase(each, scratch, offers)
      results.push(result)
      onProgress(results.length, cases.length, result)
    }
    const failed = results.filter(({ outcome }) => outcome === 'failed')
    return {
      store: documents.shownAddress,
      offers,
      passed: results.filter(({ outcome }) => outcome === 'passed').length,
      failed,
      skipped: results.filter(({ outcome }) => outcome === 'skipped'),
      isFit: !failed.some(isNeeded),
    }
  } finally {
    await documents.close()
  }
}
