import { openMongoDb } from '../documents/mongodb/index.ts'
import { ownFolder } from '../documents/ownership.ts'
import { logsDatabaseOf, serverDatabase, serverDatabaseOf } from '../domain/mongodb-address.ts'
import { storeVersion, writeStoreState } from '../store/versions/version.ts'
import { ArchiveError } from './archive.ts'
import type { BackupFacts } from './facts.ts'
import { openClient, type StorePlace } from './place.ts'
import { endHalfDeleted, isEmpty, takeDatabases } from './restore-databases.ts'
import { finishRestore, isInUse, markReady, removeLeftovers, takeFiles } from './restore-folder.ts'
import { unpack } from './unpack.ts'

/** There is something where the backup would go. */
export class PlaceTakenError extends Error {
  override readonly name = 'PlaceTakenError'
}

export type RestoreOptions = {
  /** True to put the backup in the place of what is there. Default false. */
  readonly replaces?: boolean
  /** Milliseconds since 1970. */
  readonly now: number
}

const checkFacts = (facts: BackupFacts, { store }: StorePlace): void => {
  const engine = store === undefined ? 'embedded' : 'mongodb'
  if (facts.engine !== engine) {
    const needs = facts.engine === 'mongodb' ? 'the address of a MongoDB' : 'a data folder alone'
    throw new ArchiveError(`the backup is of a store of another kind: it needs ${needs}`)
  }
  if (facts.storeVersion > storeVersion) {
    throw new ArchiveError(
      `the backup is of a newer Regent (store version ${facts.storeVersion}); this one knows up to ${storeVersion}`,
    )
  }
}

const restoreFolder = async (
  place: StorePlace,
  source: AsyncIterable<Uint8Array>,
  { replaces = false, now }: RestoreOptions,
): Promise<BackupFacts> => {
  const { folder } = place
  const ownership = await ownFolder(folder)
  try {
    await finishRestore(folder, now)
    if (!replaces && (await isInUse(folder))) {
      throw new PlaceTakenError(`the data folder ${folder} is in use`)
    }
    await removeLeftovers(folder)
    const facts = await unpack(source, async facts => {
      checkFacts(facts, place)
      return takeFiles(folder)
    })
    await markReady(folder)
    await finishRestore(folder, now)
    return facts
  } finally {
    await removeLeftovers(folder)
    ownership.release()
  }
}

const restoreCluster = async (
  place: StorePlace & { readonly store: string },
  source: AsyncIterable<Uint8Array>,
  { replaces = false }: RestoreOptions,
): Promise<BackupFacts> => {
  const name = serverDatabaseOf(place.store)
  const documents = await openMongoDb({ address: place.store, systemDatabase: name })
  const { client, close } = await openClient(place.store)
  const system = documents.database(name)
  const begin = async (facts: BackupFacts) => {
    checkFacts(facts, place)
    if (facts.database !== name) {
      throw new ArchiveError(
        `the backup is of the database ${facts.database}: name it in the address of the store`,
      )
    }
    if (!replaces && !(await isEmpty(documents, name))) {
      throw new PlaceTakenError(`the database ${name} is in use`)
    }
    await system.drop()
    await writeStoreState(system, { version: facts.storeVersion, isRestoring: true })
    const isAllowed = (database: string): boolean =>
      [name, logsDatabaseOf(name)].includes(database) || database.startsWith(`${serverDatabase}_`)
    return takeDatabases(client, { isAllowed, except: name })
  }
  try {
    const facts = await unpack(source, begin)
    await endHalfDeleted(system)
    await writeStoreState(system, { version: facts.storeVersion, isRestoring: false })
    return facts
  } finally {
    await close()
    await documents.close()
  }
}

/**
 * Puts a backup where a server keeps what it has; none may run there. What was in a data folder moves to
 * `replaced-<time>` in it, once all of the backup is there; what was in a database is gone.
 *
 * @throws ArchiveError for a bad backup; PlaceTakenError; FolderTakenError when a server runs
 */
export const restore = async (
  place: StorePlace,
  source: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<BackupFacts> => {
  const { folder, store } = place
  if (store === undefined) return restoreFolder(place, source, options)
  return restoreCluster({ folder, store }, source, options)
}
