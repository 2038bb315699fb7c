import { parseEjson } from '@regent/protocol'
import type { Document } from 'bson'
import type { MongoClient } from 'mongodb'
import type { Database, Documents } from '../documents/documents.ts'
import { splitDocuments } from '../documents/embedded/engine/decode.ts'
import { fromBytes } from '../documents/embedded/values/bytes.ts'
import type { Identity } from '../domain/user.ts'
import { claimId } from '../store/identities.ts'
import { fromObjectId } from '../store/object-id.ts'
import { ArchiveError } from './archive.ts'
import { fromStep } from './back-up-databases.ts'
import { databasesFolder } from './facts.ts'
import type { TakeFile } from './unpack.ts'

type File = { readonly database: string; readonly collection: string; readonly file: string }

const readName = (name: string): File => {
  const [database, collection, file, ...rest] = name.slice(databasesFolder.length).split('/')
  if (!name.startsWith(databasesFolder) || !database || !collection || !file || rest.length > 0) {
    throw new ArchiveError(`unknown file ${name} in the backup`)
  }
  return { database: fromStep(database), collection: fromStep(collection), file }
}

const readWhole = async (content: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const parts: Uint8Array[] = []
  for await (const part of content) parts.push(Uint8Array.from(part))
  return Buffer.concat(parts)
}

const batch = 1_000

const insertAll = async (
  client: MongoClient,
  { database, collection }: File,
  joined: Uint8Array,
): Promise<void> => {
  const documents = splitDocuments(joined)
  for (let at = 0; at < documents.length; at += batch) {
    const some = documents.slice(at, at + batch).map(bytes => fromBytes(bytes))
    await client.db(database).collection(collection).insertMany(some, { ordered: false })
  }
}

const createIndexes = async (
  client: MongoClient,
  { database, collection }: File,
  text: string,
): Promise<void> => {
  const indexes = (parseEjson(text) as Document[])
    .filter(({ name }) => name !== '_id_')
    .map(({ v: _, ns: __, ...index }) => index)
  if (indexes.length > 0) await client.db(database).command({ createIndexes: collection, indexes })
}

/** Puts the files of a backup into databases; the first of each empties it, `except` for one that is empty. */
export const takeDatabases = (
  client: MongoClient,
  { isAllowed, except }: { isAllowed(database: string): boolean; except: string },
): TakeFile => {
  const emptied = new Set([except])
  return async (name, content) => {
    const place = readName(name)
    const { database, collection, file } = place
    if (!isAllowed(database)) {
      throw new ArchiveError(`the backup holds a database of another server: ${database}`)
    }
    const bytes = await readWhole(content)
    if (!emptied.has(database)) await client.db(database).dropDatabase()
    emptied.add(database)
    // Of which version the store is, it says itself when it is whole.
    if (database === except && collection === 'storeVersion') return
    if (file === 'indexes.json') await createIndexes(client, place, bytes.toString('utf8'))
    else await insertAll(client, place, bytes)
  }
}

/** Users who were deleted while their backup was made, so that nothing leads to them: the next sweep removes them. */
export const endHalfDeleted = async (database: Database): Promise<number> => {
  const users = database.collection('users')
  const identities = database.collection('identities')
  let ended = 0
  let after: unknown
  for (;;) {
    const found = await users.find(after === undefined ? {} : { _id: { $gt: after } }, {
      sort: { _id: 1 },
      limit: batch,
      projection: { appId: 1, identities: 1 },
      hint: '_id_',
    })
    const claims = found.map(({ _id, appId, identities: own }) => ({
      _id,
      ids: (own as Identity[]).map(({ providerType, id }) =>
        claimId({ appId: fromObjectId(appId), providerType, id }),
      ),
    }))
    const there = await identities.find(
      { _id: { $in: claims.flatMap(({ ids }) => ids) } },
      { projection: { _id: 1 }, hint: '_id_' },
    )
    const known = new Set(there.map(({ _id }) => _id))
    const gone = claims.filter(({ ids }) => !ids.some(id => known.has(id)))
    if (gone.length > 0) {
      const filter = { _id: { $in: gone.map(({ _id }) => _id) } }
      await users.updateMany(filter, { $set: { deleting: true } })
    }
    ended += gone.length
    if (found.length < batch) return ended
    after = found.at(-1)?._id
  }
}

export const isEmpty = async (documents: Documents, database: string): Promise<boolean> =>
  (await documents.database(database).listCollections()).length === 0
