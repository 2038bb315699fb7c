import { describe, expect, it } from 'vitest'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { openFollower } from './open-follower.ts'

const megabyte = 2 ** 20

describe('a store that another process writes', () => {
  it('takes documents of 15 MB, alone and beside small ones', async () => {
    await using documents = await openFollower()
    const things = documents.database('app').collection('things')
    const large = 'x'.repeat(15 * megabyte)

    await Promise.all([
      things.insertOne({ _id: 'large', large }),
      ...Array.from({ length: 100 }, (_, number) => things.insertOne({ _id: number })),
    ])

    expect((await things.findOne({ _id: 'large' }))?.large.length).toBe(large.length)
    expect(await things.countDocuments({})).toBe(101)
  })

  it('lets writes of one moment share a flush', async () => {
    await using documents = await openFollower()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 'first' })

    await Promise.all(Array.from({ length: 500 }, (_, number) => things.insertOne({ _id: number })))
    await things.createIndex({ name: 1 })

    const { commits, writes } = documents.stats()
    expect(writes).toBeGreaterThanOrEqual(502)
    expect(commits).toBeLessThan(100)
  })

  it('refuses writes beyond its room, and takes more once there is room', async () => {
    await using documents = await openFollower({ room: { mostWrites: 10 } })
    const things = documents.database('app').collection('things')

    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, number) => things.insertOne({ _id: number })),
    )

    const refused = outcomes.flatMap(one => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toHaveLength(20)
    expect(refused[0]).toMatchObject({
      codeName: 'Unavailable',
      message: 'too many writes are waiting',
    })
    expect(await things.countDocuments({})).toBe(10)
    await things.insertOne({ _id: 'later' })
  })

  it('bounds the bytes that wait, and lets one write pass that is larger', async () => {
    await using documents = await openFollower({ room: { mostBytes: megabyte } })
    const things = documents.database('app').collection('things')
    const large = 'x'.repeat(2 * megabyte)

    const [first, second] = await Promise.allSettled([
      things.insertOne({ _id: 1, large }),
      things.insertOne({ _id: 2 }),
    ])

    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ reason: { codeName: 'Unavailable' } })
  })

  it('gives up writes that a process which hangs does not answer, and goes on when it does', async () => {
    await using documents = await openFollower({
      room: { pulse: { everyMs: 100, mostUnanswered: 30 } },
    })
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 1 })

    documents.owner.kill('SIGSTOP')
    const unanswered = {
      codeName: 'Unavailable',
      message: 'the process that writes the store does not answer',
    }
    expect(await things.insertOne({ _id: 2 }).catch(error => error)).toMatchObject(unanswered)
    expect(await things.insertOne({ _id: 3 }).catch(error => error)).toMatchObject(unanswered)
    expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1 })

    documents.owner.kill('SIGCONT')
    await expect
      .poll(() => things.insertOne({ _id: 4 }).catch(error => error.codeName), { timeout: 10_000 })
      .toEqual({ insertedId: 4 })
    expect(await things.findOne({ _id: 3 })).toBeUndefined()
  })

  it('says that it cannot be written when the other process is killed, and goes on reading', async () => {
    await using documents = await openFollower()
    const things = documents.database('app').collection('things')
    await things.insertOne({ _id: 1 })

    documents.owner.kill('SIGSTOP')
    const underWay = things.insertOne({ _id: 2 }).catch(error => error)
    documents.owner.kill('SIGKILL')

    expect(await underWay).toMatchObject({
      codeName: 'Unavailable',
      message: 'the process that writes the store has ended',
    })
    expect(await things.insertOne({ _id: 3 }).catch(error => error.codeName)).toBe('Unavailable')
    expect(await things.findOne({ _id: 1 })).toEqual({ _id: 1 })
  })

  it('has its expired documents deleted by the other process', async () => {
    await using documents = await openFollower({ expireEveryMs: 100, changeLog: true })
    const things = documents.database('app').collection('things')
    await things.createIndex({ until: 1 }, { expireAfterSeconds: 0 })
    const stream = await things.watch()

    await things.insertOne({ _id: 1, until: new Date(0) })

    expect((await stream.next()).value).toMatchObject({ operationType: 'insert' })
    expect((await stream.next()).value).toMatchObject({ operationType: 'delete' })
    await stream.close()
  })

  it('sees changes of both processes in a stream, and collections that others make', async () => {
    await using documents = await openFollower({ changeLog: true })
    const app = documents.database('app')
    const stream = await app.collection('things').watch()

    await app.collection('things').insertOne({ _id: 1 })

    expect((await stream.next()).value).toMatchObject({ operationType: 'insert' })
    await using reader = await openReading(documents.path)
    expect(await reader.database('app').collection('later').findOne({ _id: 1 })).toBeUndefined()
    await app.collection('later').insertOne({ _id: 1 })
    expect(await reader.database('app').collection('later').findOne({ _id: 1 })).toEqual({ _id: 1 })
    await app.collection('later').drop()
    expect(await reader.database('app').collection('later').findOne({ _id: 1 })).toBeUndefined()
    await stream.close()
  })
})

const openReading = async (path: string) => {
  const documents = await openEmbedded({ path, readOnly: true })
  return { ...documents, [Symbol.asyncDispose]: () => documents.close() }
}
