import { stringifyEjson } from '@regent/protocol'
import type { MongoClient } from 'mongodb'
import { type BackupFacts, databasesFolder } from './facts.ts'
import { type BackupFile, writeArchive } from './write-archive.ts'

/** Documents that are put into one file of the backup. */
const fileBytes = 8 * 2 ** 20
const batchSize = 1_000

/**
 * Whoever writes two documents writes the one that is pointed to first, so it is copied last: then nothing in the backup
 * points to what is not in it, whatever is written meanwhile.
 */
const first = ['sessions', 'apiKeys', 'devices', 'passwords', 'users', 'identities']

/** Who does what at the moment: nobody does it any more when the backup is restored. */
const isOfNow = (name: string): boolean => name === 'leases'

const rank = (name: string): number => {
  const at = first.indexOf(name)
  return at === -1 ? first.length : at
}

/** A name as a step of a path, whatever characters it has. */
const toStep = (name: string): string =>
  encodeURIComponent(name).replace(/^\.+/, dots => dots.replaceAll('.', '%2E'))

export const fromStep = (step: string): string => decodeURIComponent(step)

async function* copyDocuments(
  client: MongoClient,
  { database, collection }: { readonly database: string; readonly collection: string },
): AsyncGenerator<Uint8Array> {
  const cursor = client
    .db(database)
    .collection(collection)
    .find<Uint8Array>({}, { raw: true, batchSize, sort: { _id: 1 }, hint: { _id: 1 } })
  let parts: Uint8Array[] = []
  let size = 0
  for await (const document of cursor) {
    // The driver's bytes are a view into a buffer that it uses again.
    parts.push(Uint8Array.from(document))
    size += document.byteLength
    if (size < fileBytes) continue
    yield Buffer.concat(parts)
    parts = []
    size = 0
  }
  if (size > 0) yield Buffer.concat(parts)
}

async function* copyCollection(
  client: MongoClient,
  place: { readonly database: string; readonly collection: string },
): AsyncGenerator<BackupFile> {
  const folder = `${databasesFolder}${toStep(place.database)}/${toStep(place.collection)}`
  const indexes = await client.db(place.database).collection(place.collection).indexes()
  yield { name: `${folder}/indexes.json`, bytes: Buffer.from(stringifyEjson(indexes)) }
  let number = 0
  for await (const bytes of copyDocuments(client, place)) {
    number += 1
    yield { name: `${folder}/${String(number).padStart(6, '0')}.bson`, bytes }
  }
}

async function* copyDatabases(
  client: MongoClient,
  databases: readonly string[],
): AsyncGenerator<BackupFile> {
  for (const database of databases) {
    const listed = await client.db(database).listCollections({}, { nameOnly: true }).toArray()
    const collections = listed
      .map(({ name }) => name)
      .filter(name => !name.startsWith('system.') && !isOfNow(name))
      .toSorted((left, right) => rank(left) - rank(right) || left.localeCompare(right))
    for (const collection of collections) yield* copyCollection(client, { database, collection })
  }
}

/** A backup of databases of a MongoDB, collection by collection, while they are written. */
export const backUpDatabases = (
  client: MongoClient,
  databases: readonly string[],
  facts: BackupFacts,
): AsyncGenerator<Uint8Array> => writeArchive(facts, copyDatabases(client, databases))
