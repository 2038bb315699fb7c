import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { serverDatabaseOf } from '../domain/mongodb-address.ts'
import { systemDatabase } from '../store/store.ts'
import { readStoreState } from '../store/versions/version.ts'
import { backUpDatabases } from './back-up-databases.ts'
import { backUpFolder } from './back-up-folder.ts'
import { type BackupFacts, backupFormat } from './facts.ts'
import { databasesOf, openClient, openToRead, type StorePlace } from './place.ts'
import { unpack } from './unpack.ts'

const readVersion = async (place: StorePlace): Promise<number> => {
  const documents = await openToRead(place)
  try {
    return (await readStoreState(systemDatabase(documents))).version ?? 0
  } finally {
    await documents.close()
  }
}

async function* backUpCluster(
  place: StorePlace & { readonly store: string },
  facts: BackupFacts,
): AsyncGenerator<Uint8Array> {
  const documents = await openToRead(place)
  const { client, close } = await openClient(place.store)
  try {
    const databases = await databasesOf(documents, facts.database ?? '')
    yield* backUpDatabases(client, databases, facts)
  } finally {
    await close()
    await documents.close()
  }
}

/**
 * A backup as bytes, whether or not a server runs: of a data folder as of one moment with its keys, of a MongoDB one
 * collection after the other.
 *
 * @throws DocumentsError, Error when the store cannot be read
 */
export async function* backUp(place: StorePlace, now: number): AsyncGenerator<Uint8Array> {
  const { folder, store } = place
  const common = {
    format: backupFormat,
    storeVersion: await readVersion(place),
    createdAt: new Date(now).toISOString(),
  } as const
  if (store === undefined) yield* backUpFolder(folder, { ...common, engine: 'embedded' })
  else {
    const database = serverDatabaseOf(store)
    yield* backUpCluster({ folder, store }, { ...common, engine: 'mongodb', database })
  }
}

export type WrittenBackup = { readonly bytes: number; readonly sha256: string }

/** Reads all of a backup. @throws ArchiveError when it is not whole */
const checkWhole = async (path: string): Promise<void> => {
  await unpack(createReadStream(path), async () => async (_name, content) => {
    for await (const _ of content);
  })
}

/**
 * Writes a backup into a file, for its owner only; the file is there when it was read again and found whole, and not
 * before.
 */
export const writeBackup = async (
  path: string,
  backup: AsyncIterable<Uint8Array>,
  onProgress: (bytes: number) => void = () => {},
): Promise<WrittenBackup> => {
  const part = `${path}.part`
  await rm(part, { force: true })
  const digest = createHash('sha256')
  let bytes = 0
  try {
    await using file = await open(part, 'wx', 0o600)
    for await (const chunk of backup) {
      await file.writeFile(chunk)
      digest.update(chunk)
      bytes += chunk.length
      onProgress(bytes)
    }
    await file.sync()
    await checkWhole(part)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
  await rename(part, path)
  return { bytes, sha256: digest.digest('hex') }
}
