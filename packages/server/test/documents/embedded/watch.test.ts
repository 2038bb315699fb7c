import { DatabaseSync } from 'node:sqlite'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import type { ChangeStream } from '../../../src/documents/documents.ts'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import { openTemp, type TempDocuments } from './open-temp.ts'
import { runChild } from './run-child.ts'

const openLogged = (): Promise<TempDocuments> => openTemp({ changeLog: true })

const take = async (stream: ChangeStream, count: number): Promise<Document[]> => {
  const events: Document[] = []
  while (events.length < count) events.push((await stream.next()).value)
  return events
}

const shortly = (event: Document): unknown[] => [event.operationType, event.documentKey?._id]

describe('watch', () => {
  it('tells inserts, updates, replacements and deletions in the order of their commits', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 'before' })
    const stream = await things.watch()

    await things.insertOne({ _id: 1, a: 1, list: [1, 2, 3], sub: { x: 1, y: 2 } })
    await documents.database('app').collection('others').insertOne({ _id: 'other' })
    await things.updateOne(
      { _id: 1 },
      { $set: { 'sub.x': 5, b: true }, $unset: { a: 1 }, $pop: { list: 1 } },
    )
    await things.replaceOne({ _id: 1 }, { whole: true })
    await things.deleteOne({ _id: 1 })

    const [inserted, updated, replaced, deleted] = await take(stream, 4)
    expect(inserted).toMatchObject({
      operationType: 'insert',
      ns: { db: 'app', coll: 'things' },
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, a: 1, list: [1, 2, 3], sub: { x: 1, y: 2 } },
    })
    expect(updated).toMatchObject({
      operationType: 'update',
      documentKey: { _id: 1 },
      updateDescription: {
        updatedFields: { 'sub.x': 5, b: true },
        removedFields: ['a'],
        truncatedArrays: [{ field: 'list', newSize: 2 }],
      },
    })
    expect(updated).not.toHaveProperty('fullDocument')
    expect(replaced).toMatchObject({
      operationType: 'replace',
      fullDocument: { _id: 1, whole: true },
    })
    expect(deleted).toMatchObject({ operationType: 'delete', documentKey: { _id: 1 } })
    await stream.close()
  })

  it('waits for the next change, and ends when it is closed', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    const stream = await things.watch()

    const first = stream.next()
    await things.insertOne({ _id: 1 })
    expect(shortly((await first).value)).toEqual(['insert', 1])
    const second = stream.next()
    await stream.close()

    expect(await second).toEqual({ done: true, value: undefined })
  })

  it('ends when the store is closed', async () => {
    await using documents = await openLogged()
    const stream = await documents.database('app').collection('things').watch()

    const next = stream.next()
    await documents.close()

    expect(await next).toEqual({ done: true, value: undefined })
  })

  it('goes on behind a resume token, also after the file was opened again', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    const stream = await things.watch()
    await things.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }])
    await take(stream, 1)
    const { resumeToken } = stream
    await documents.close()

    const again = await openEmbedded({ path: documents.path, changeLog: true })
    const resumed = await again
      .database('app')
      .collection('things')
      .watch({ resumeAfter: resumeToken as Document })

    expect((await take(resumed, 2)).map(shortly)).toEqual([
      ['insert', 2],
      ['insert', 3],
    ])
    await again.close()
  })

  it('refuses to resume where the log no longer reaches back', async () => {
    let time = 1_700_000_000_000
    await using documents = await openTemp({ changeLog: true, maxChanges: 5, now: () => time })
    const things = documents.database('app').collection('things')
    const stream = await things.watch()
    await things.insertOne({ _id: 'first' })
    await take(stream, 1)
    const resumeAfter = stream.resumeToken as Document
    await things.insertMany(Array.from({ length: 2_500 }, (_, _id) => ({ _id })))
    time += 1_000
    await documents.expireNow()

    const log = new DatabaseSync(documents.path, { readOnly: true })
    expect(log.prepare('SELECT count(*) AS kept FROM changes').get()).toEqual({ kept: 5 })
    log.close()
    await expect(things.watch({ resumeAfter })).rejects.toMatchObject({ code: 286 })
    await expect(things.watch({ resumeAfter: { _data: 'x' } })).rejects.toMatchObject({ code: 2 })
  })

  it('filters and reshapes events by a pipeline, and refuses other stages', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    const stream = await things.watch({
      pipeline: [
        { $match: { 'fullDocument.kind': 'wanted' } },
        { $project: { operationType: 1, 'fullDocument.n': 1 } },
      ],
    })

    await things.insertMany([{ kind: 'other' }, { kind: 'wanted', n: 7 }])

    const [event] = await take(stream, 1)
    expect(event).toMatchObject({ operationType: 'insert', fullDocument: { n: 7 } })
    expect(event).not.toHaveProperty('ns')
    await expect(things.watch({ pipeline: [{ $group: { _id: 1 } }] })).rejects.toMatchObject({
      code: 2,
    })
    await stream.close()
  })

  it('adds the document as it is now to an update when asked', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    await things.insertMany([{ _id: 1 }, { _id: 2 }])
    const stream = await things.watch({ fullDocument: 'updateLookup' })

    await things.updateMany({}, { $set: { a: 1 } })
    await things.updateOne({ _id: 1 }, { $set: { a: 2 } })
    await things.deleteOne({ _id: 2 })

    const events = await take(stream, 4)
    expect(events.map(({ fullDocument }) => fullDocument)).toEqual([
      { _id: 1, a: 2 },
      null,
      { _id: 1, a: 2 },
      undefined,
    ])
    await stream.close()
  })

  it('ends with an invalidate event when its collection is dropped', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 1 })
    const stream = await things.watch()

    await things.drop()

    const events: Document[] = []
    for await (const event of stream) events.push(event)
    expect(events.map(({ operationType }) => operationType)).toEqual(['drop', 'invalidate'])
  })

  it('needs a store that keeps a change log', async () => {
    await using documents = await openTemp()

    await expect(documents.database('app').collection('things').watch()).rejects.toMatchObject({
      codeName: 'CommandNotSupported',
    })
  })

  it('tells nothing of a write that was refused', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 1 })
    const stream = await things.watch()

    await Promise.allSettled([things.insertOne({ _id: 1 }), things.insertOne({ _id: 2 })])

    expect((await take(stream, 1)).map(shortly)).toEqual([['insert', 2]])
    await stream.close()
  })
})

describe('another process', () => {
  it('reads what was committed and sees changes, but cannot write', async () => {
    await using documents = await openLogged()
    const things = documents.database('app').collection('things')
    await things.createIndex({ name: 1 }, { unique: true })
    await things.insertOne({ _id: 1, name: 'one' })
    const child = runChild('./follow-child.ts', [documents.path])
    const answer = async (): Promise<unknown> => JSON.parse((await child.nextLine()) ?? 'null')

    expect(await answer()).toEqual({ byId: 'one', byName: 1, all: 1, write: 'CommandNotSupported' })
    await things.insertOne({ _id: 2, name: 'two' })
    expect(await answer()).toEqual({ event: 'insert', id: 2, byName: 2 })
    await documents.database('app').collection('later').insertOne({ _id: 'x' })
    await things.deleteOne({ _id: 1 })
    expect(await answer()).toEqual({ event: 'delete', id: 1, byName: null, later: 'x' })
    expect(await child.exited).toBe(0)
  })
})
