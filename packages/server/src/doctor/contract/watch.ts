import { type Document, Double } from 'bson'
import type { ChangeStream } from '../../documents/documents.ts'
import type { Cases } from './case.ts'
import { expect } from './expect.ts'

const take = async (stream: ChangeStream, count: number): Promise<Document[]> => {
  const events: Document[] = []
  while (events.length < count) events.push((await stream.next()).value)
  return events
}

const shortly = (event: Document): unknown[] => [event.operationType, event.documentKey?._id]

/** Changes of a collection, told to those who watch it. */
export const watchCases: Cases = {
  'tells what happens once it is open, in the order of the commits': async ({ collection }) => {
    await collection.insertOne({ _id: 'before' })
    const stream = await collection.watch()

    await collection.insertOne({ _id: 1, a: 1, sub: { x: 1 } })
    await collection.updateOne({ _id: 1 }, { $set: { 'sub.x': 5 }, $unset: { a: 1 } })
    await collection.replaceOne({ _id: 1 }, { whole: true })
    await collection.deleteOne({ _id: 1 })

    const [inserted, updated, replaced, deleted] = await take(stream, 4)
    await stream.close()
    expect(inserted).toMatchObject({
      operationType: 'insert',
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, a: 1, sub: { x: 1 } },
    })
    expect(updated).toMatchObject({
      operationType: 'update',
      updateDescription: { updatedFields: { 'sub.x': 5 }, removedFields: ['a'] },
    })
    expect(replaced).toMatchObject({
      operationType: 'replace',
      fullDocument: { _id: 1, whole: true },
    })
    expect(deleted).toMatchObject({ operationType: 'delete', documentKey: { _id: 1 } })
  },

  'puts the document as it is into updates, when asked': async ({ collection }) => {
    await collection.insertOne({ _id: 1, a: 1 })
    const stream = await collection.watch({ fullDocument: 'updateLookup' })

    await collection.updateOne({ _id: 1 }, { $inc: { a: 1 } })

    const [updated] = await take(stream, 1)
    await stream.close()
    expect(updated?.fullDocument).toEqual({ _id: 1, a: 2 })
  },

  'keeps the types of numbers when asked': async ({ database, collection }) => {
    const exact = database.collection(collection.name, { promoteValues: false })
    const stream = await exact.watch()

    await collection.insertOne({ _id: 1, half: new Double(1) })

    const [inserted] = await take(stream, 1)
    await stream.close()
    expect(inserted?.fullDocument.half).toBeInstanceOf(Double)
  },

  'runs events through a pipeline': async ({ collection }) => {
    const stream = await collection.watch({ pipeline: [{ $match: { 'fullDocument.yes': true } }] })

    await collection.insertMany([{ _id: 1 }, { _id: 2, yes: true }, { _id: 3, yes: true }])

    const events = await take(stream, 2)
    await stream.close()
    expect(events.map(shortly)).toEqual([
      ['insert', 2],
      ['insert', 3],
    ])
  },

  'goes on behind the last event that was seen': async ({ collection }) => {
    const stream = await collection.watch()
    await collection.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    await take(stream, 1)
    const resumeAfter = stream.resumeToken as Document
    await stream.close()

    const resumed = await collection.watch({ resumeAfter })

    const events = await take(resumed, 2)
    await resumed.close()
    expect(events.map(shortly)).toEqual([
      ['insert', 2],
      ['insert', 3],
    ])
  },

  'refuses a token that is none': async ({ collection }) => {
    await expect(collection.watch({ resumeAfter: { _data: 'nonsense' } })).rejects.toMatchObject({
      name: 'DocumentsError',
    })
  },

  'waits for the next change, and ends when it is closed': async ({ collection }) => {
    const stream = await collection.watch()
    const first = stream.next()
    await collection.insertOne({ _id: 1 })
    expect(shortly((await first).value)).toEqual(['insert', 1])
    const second = stream.next()
    await stream.close()

    expect(await second).toEqual({ done: true, value: undefined })
  },
}
