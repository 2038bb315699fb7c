import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { ChangeEvent, Changes, User } from '../../src/index.ts'
import { asAda, errorOf, open, signUp, startWithAda } from '../real-app.ts'
import { makeFolder } from '../wire-server.ts'

type Plant = { _id: number; name?: string; text?: string; isLast?: boolean }

const app = { dataSources: ['mongodb-atlas'] } as const

const plantsOf = (user: User) =>
  user.mongoClient('mongodb-atlas').db('shop').collection<Plant>('plants')

const start = () => startWithAda({ app })

const idOf = (event: ChangeEvent<Plant>): number => {
  if (event.operationType !== 'insert') throw new Error(`it was ${event.operationType}`)
  return event.fullDocument._id
}

/** Ids of the inserts up to the last one. */
const idsUpTo = async (changes: Changes<Plant>, last: number): Promise<number[]> => {
  const ids: number[] = []
  for await (const event of changes) {
    ids.push(idOf(event))
    if (ids.at(-1) === last) break
  }
  return ids
}

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

describe('watch on a Regent server', { timeout: 60_000 }, () => {
  it('tells every kind of change in the order in which they were made', async () => {
    await using world = await start()
    const plants = plantsOf(world.ada)
    const changes = plants.watch()
    await changes.open()
    await plants.insertOne({ _id: 1, name: 'oak' })
    await plants.updateOne({ _id: 1 }, { $set: { text: 'old' }, $unset: { name: '' } })
    await plants.findOneAndReplace({ _id: 1 }, { name: 'elm' })
    await plants.deleteOne({ _id: 1 })

    const seen: ChangeEvent<Plant>[] = []
    for await (const event of changes) {
      seen.push(event)
      if (event.operationType === 'delete') break
    }
    expect(seen).toMatchObject([
      { operationType: 'insert', fullDocument: { _id: 1, name: 'oak' } },
      {
        operationType: 'update',
        documentKey: { _id: 1 },
        updateDescription: { updatedFields: { text: 'old' }, removedFields: ['name'] },
      },
      { operationType: 'replace', fullDocument: { _id: 1, name: 'elm' } },
      { operationType: 'delete', documentKey: { _id: 1 }, ns: { db: 'shop', coll: 'plants' } },
    ])
  })

  it('gives each of many streams of a user what it asked for, odd characters too', async () => {
    await using world = await start()
    const plants = plantsOf(world.ada)
    const text = 'use some odd chars to force weird encoding %\n\r\n\\????>>>> %25 %0A'
    const all = plants.watch()
    const byId = plants.watch({ ids: [3, 10] })
    const byFilter = plants.watch({
      filter: {
        $or: [{ 'fullDocument._id': 5, 'fullDocument.text': text }, { 'fullDocument._id': 10 }],
      },
    })
    await Promise.all([all, byId, byFilter].map(changes => changes.open()))
    for (const _id of numbers(0, 10)) await plants.insertOne({ _id, text })

    expect(await idsUpTo(all, 10)).toEqual(numbers(0, 10))
    expect(await idsUpTo(byId, 10)).toEqual([3, 10])
    expect(await idsUpTo(byFilter, 10)).toEqual([5, 10])
  })

  it('goes on after the server was restarted: none is lost, and none comes twice', async () => {
    using folder = makeFolder()
    const first = await startTestServer({ app, dataDir: folder.path })
    const ada = await signUp(open(first), 'ada@example.com')
    const plants = plantsOf(ada)
    const told = plants.watch()
    const quiet = plants.watch()
    await Promise.all([told.open(), quiet.open()])
    for (const _id of numbers(1, 10)) await plants.insertOne({ _id })
    const taken: number[] = []
    while (taken.length < 5) taken.push(idOf((await told.next()).value as ChangeEvent<Plant>))
    const rest = idsUpTo(told, 20)
    await first.stop()
    const port = Number(new URL(first.url).port)
    await using second = await startTestServer({ app, dataDir: folder.path, settings: { port } })
    for (const _id of numbers(11, 20)) await plants.insertOne({ _id })

    expect([...taken, ...(await rest)]).toEqual(numbers(1, 20))
    expect(await idsUpTo(quiet, 20)).toEqual(numbers(1, 20))
    expect(second.url).toBe(first.url)
  })

  it('misses nothing of what came before its first change, when the connection was lost', async () => {
    using folder = makeFolder()
    const first = await startTestServer({ app, dataDir: folder.path })
    const ada = await signUp(open(first), 'ada@example.com')
    const plants = plantsOf(ada)
    const changes = plants.watch({ ids: [1] })
    await changes.open()
    const next = changes.next()
    await plants.insertOne({ _id: 2 })
    await first.stop()
    const port = Number(new URL(first.url).port)
    await using second = await startTestServer({ app, dataDir: folder.path, settings: { port } })
    const other = await open(second).logIn(asAda)
    await plantsOf(other).insertOne({ _id: 1 })

    expect(idOf((await next).value as ChangeEvent<Plant>)).toBe(1)
    await changes.return()
  })

  it('goes on with a new token after the old one ran out', async () => {
    using folder = makeFolder()
    const first = await startTestServer({ app, dataDir: folder.path })
    const ada = await signUp(open(first), 'ada@example.com')
    const plants = plantsOf(ada)
    const changes = plants.watch()
    await changes.open()
    const before = ada.accessToken
    await plants.insertOne({ _id: 1 })
    expect(idOf((await changes.next()).value as ChangeEvent<Plant>)).toBe(1)
    await first.stop()
    const port = Number(new URL(first.url).port)
    await using second = await startTestServer({ app, dataDir: folder.path, settings: { port } })
    second.advance(31 * 60 * 1_000)
    const next = changes.next()
    await plants.insertOne({ _id: 2 })

    expect(idOf((await next).value as ChangeEvent<Plant>)).toBe(2)
    expect(ada.accessToken).not.toBe(before)
    await changes.return()
  })

  it('ends when the session is ended elsewhere, and the user is logged out', async () => {
    await using world = await start()
    const { server, ada } = world
    const next = plantsOf(ada).watch().next()
    const laptop = await open(server).logIn(asAda)
    await laptop.sessions.endOthers()

    expect(await errorOf(next)).toMatchObject({
      code: 4301,
      hint: expect.stringContaining('The session was ended'),
    })
    expect(ada.state).toBe('LoggedOut')
  })

  it('ends at once when its user logs out', async () => {
    await using world = await start()
    const changes = plantsOf(world.ada).watch()
    await changes.open()
    const error = errorOf(changes.next())
    await world.ada.logOut()

    expect(await error).toMatchObject({ code: 4101 })
  })

  it('loses nothing to somebody who is slow', async () => {
    await using world = await start()
    const plants = plantsOf(world.ada)
    const changes = plants.watch()
    await changes.open()
    const text = 'x'.repeat(100_000)
    for (const tens of numbers(0, 19)) {
      await plants.insertMany(numbers(tens * 10 + 1, tens * 10 + 10).map(_id => ({ _id, text })))
    }

    expect(await idsUpTo(changes, 200)).toEqual(numbers(1, 200))
  })
})
