import type { Database } from '../../documents/documents.ts'
import { insertNew } from '../insert-new.ts'

/**
 * Of what the store keeps and how; raised with a row of `store/versions/upgrades.ts` whenever an older server would not
 * understand the store any more, or a newer one has to change it first.
 */
export const storeVersion = 2

/** Before stores said of which version they are. */
const unspoken = 1

const id = 'version'

/** What a store says of itself. */
export type StoreState = {
  /** `undefined` for a new store, in which nothing is yet. */
  readonly version: number | undefined
  /** True while a backup is put into it, and after that was cut off. */
  readonly isRestoring: boolean
}

export const readStoreState = async (database: Database): Promise<StoreState> => {
  const found = await database.collection('storeVersion').findOne({ _id: id })
  if (found !== undefined) {
    return { version: Number(found.version), isRestoring: found.isRestoring === true }
  }
  const project = await database.collection('project').findOne({ _id: 'project' })
  return { version: project === undefined ? undefined : unspoken, isRestoring: false }
}

/** Says of which version a new store is, unless it says so already. */
export const nameVersion = async (database: Database): Promise<void> => {
  await insertNew(database.collection('storeVersion'), { _id: id, version: storeVersion })
}

export const writeStoreState = async (
  database: Database,
  { version, isRestoring }: { readonly version: number; readonly isRestoring: boolean },
): Promise<void> => {
  await database
    .collection('storeVersion')
    .replaceOne({ _id: id }, { version, ...(isRestoring && { isRestoring }) }, { upsert: true })
}
