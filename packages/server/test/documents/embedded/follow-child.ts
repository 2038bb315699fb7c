import { openEmbedded } from '../../../src/documents/embedded/index.ts'

/** Follows a file that another process writes, and prints what it sees. */
const [path = ''] = process.argv.slice(2)
const documents = await openEmbedded({ path, readOnly: true })
const database = documents.database('app')
const things = database.collection('things')
const say = (what: unknown): void => {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

const stream = await things.watch()
say({
  byId: (await things.findOne({ _id: 1 }))?.name,
  byName: (await things.findOne({ name: 'one' }))?._id,
  all: (await things.find({ name: { $gte: '' } })).length,
  write: await things.insertOne({}).catch(error => error.codeName),
})

const inserted = (await stream.next()).value
say({
  event: inserted?.operationType,
  id: inserted?.documentKey._id,
  byName: (await things.findOne({ name: 'two' }))?._id ?? null,
})

const deleted = (await stream.next()).value
say({
  event: deleted?.operationType,
  id: deleted?.documentKey._id,
  byName: (await things.findOne({ name: 'one' }))?._id ?? null,
  later: (await database.collection('later').findOne({ _id: 'x' }))?._id,
})
await stream.close()
await documents.close()
