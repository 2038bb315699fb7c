import type { Document } from 'bson'
import type { Database } from '../../documents/documents.ts'
import { insertNew } from '../insert-new.ts'
import { toObjectId } from '../object-id.ts'

/** What imports brought to an app that log-ins must know of. */
export type ImportedFacts = {
  /** The costliest hash of each kind, as one of no password. */
  readonly decoys: readonly string[]
  /** True when two accounts have addresses with one canonical key. */
  readonly hasDoubles: boolean
}

/** A kind of hash, and how costly the costliest of it is. */
export type HashKind = { readonly kind: string; readonly work: number; readonly decoy: string }

export type ImportedStore = {
  /** What another process noted in the last seconds may be missing. */
  factsOf(appId: string): Promise<ImportedFacts>
  /** To be noted before the accounts that it is about are written. */
  noteHashes(appId: string, kinds: readonly HashKind[]): Promise<void>
  noteDoubles(appId: string): Promise<void>
}

const rememberMs = 5_000

const none: ImportedFacts = { decoys: [], hasDoubles: false }

const toFacts = (document: Document | undefined): ImportedFacts =>
  document
    ? {
        decoys: Object.values((document.hashes ?? {}) as Record<string, HashKind>).map(
          ({ decoy }) => decoy,
        ),
        hasDoubles: document.hasDoubles === true,
      }
    : none

export const openImportedStore = (database: Database): ImportedStore => {
  const imported = database.collection('imported')
  const remembered = new Map<string, { facts: Promise<ImportedFacts>; until: number }>()

  const read = async (appId: string): Promise<ImportedFacts> =>
    toFacts(await imported.findOne({ _id: toObjectId(appId) }))

  const change = async (appId: string, filter: Document, update: Document): Promise<void> => {
    const _id = toObjectId(appId)
    await insertNew(imported, { _id })
    await imported.updateOne({ _id, ...filter }, update)
    remembered.delete(appId)
  }

  return {
    factsOf: appId => {
      const now = performance.now()
      const known = remembered.get(appId)
      if (known && known.until > now) return known.facts
      const facts = read(appId)
      remembered.set(appId, { facts, until: now + rememberMs })
      facts.catch(() => remembered.delete(appId))
      return facts
    },
    noteHashes: async (appId, kinds) => {
      const there = await imported.findOne({ _id: toObjectId(appId) })
      for (const { kind, work, decoy } of kinds) {
        if (there?.hashes?.[kind]?.work >= work) continue
        const field = `hashes.${kind}`
        await change(
          appId,
          { $or: [{ [field]: { $exists: false } }, { [`${field}.work`]: { $lt: work } }] },
          { $set: { [field]: { kind, work, decoy } } },
        )
      }
    },
    noteDoubles: async appId => {
      const there = await imported.findOne({ _id: toObjectId(appId) })
      if (!there?.hasDoubles) await change(appId, {}, { $set: { hasDoubles: true } })
    },
  }
}
