import { openEmbedded } from '../../../src/documents/embedded/index.ts'

/** Inserts from several callers at once and prints each `_id` once its write was acknowledged. */
const [path = '', round = '0'] = process.argv.slice(2)
const documents = await openEmbedded({ path, changeLog: true })
const collection = documents.database('app').collection('things')

const insertFor = async (caller: number): Promise<void> => {
  for (let count = 0; ; count += 1) {
    const _id = `${round}-${caller}-${count}`
    await collection.insertOne({ _id, key: _id, filling: 'x'.repeat(200) })
    process.stdout.write(`${_id}\n`)
  }
}

await collection.createIndex({ key: 1 }, { unique: true })
await Promise.all(Array.from({ length: 8 }, (_, caller) => insertFor(caller)))
