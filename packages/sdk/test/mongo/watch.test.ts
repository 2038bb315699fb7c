import { once } from 'node:events'
import { Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import type { AppConfiguration, Changes } from '../../src/index.ts'
import { logInAs } from '../logged-in.ts'
import { startWireServer } from '../wire-server.ts'
import { insertOf, isWatch, type OpenWatch, serveWatches, tellAfter } from './watched.ts'

type Plant = { _id: number; name: string }

const over = { error: 'invalid session', error_code: 'InvalidSession' }

const open = async (configuration: Partial<AppConfiguration> = {}) => {
  const server = await startWireServer()
  const { user } = await logInAs(server, 'ada', configuration)
  const plants = user.mongoClient('mongodb-atlas').db('shop').collection<Plant>('plants')
  return {
    server,
    user,
    plants,
    watches: serveWatches(server),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Numbers of the inserts that come next. */
const take = async (changes: Changes<Plant>, count: number): Promise<number[]> => {
  const numbers: number[] = []
  while (numbers.length < count) {
    const { value } = await changes.next()
    if (value?.operationType !== 'insert') throw new Error('it was no insert')
    numbers.push(value.fullDocument._id)
  }
  return numbers
}

const lose = ({ response }: OpenWatch): void => {
  response.destroy()
}

const closed = async ({ response }: OpenWatch): Promise<void> => {
  if (!response.destroyed) await once(response, 'close')
}

describe('watch', () => {
  it('asks with the token in the header, and gives changes as typed BSON values', async () => {
    await using world = await open()
    const { plants, user, watches } = world
    const changes = plants.watch({ filter: { 'fullDocument.name': 'oak' } })
    const next = changes.next()
    const opened = await watches.next()
    opened.response.write(`: hello\n\nevent: unknown\ndata: x\n\ndata: ${insertOf(1)}\n\n`)

    expect((await next).value).toEqual({
      _id: { _data: 't1' },
      operationType: 'insert',
      clusterTime: new Timestamp({ t: 1, i: 1 }),
      ns: { db: 'shop', coll: 'plants' },
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, name: 'oak' },
    })
    expect(opened.bearer).toBe(user.accessToken)
    expect(opened.argument).toEqual({
      database: 'shop',
      collection: 'plants',
      filter: { 'fullDocument.name': 'oak' },
    })
    await changes.return()
  })

  it('sends ids and filters as they were when it was called', async () => {
    await using world = await open()
    const ids = [1, 2]
    const changes = world.plants.watch({ ids })
    ids.push(3)
    await changes.open()

    expect((await world.watches.next()).argument).toMatchObject({
      ids: [{ $numberInt: '1' }, { $numberInt: '2' }],
    })
    await changes.return()
  })

  it('sends nothing until it is opened or asked', async () => {
    await using world = await open()
    const before = world.server.requests.length
    const changes = world.plants.watch()
    await changes.return()

    expect(await changes.next()).toEqual({ done: true, value: undefined })
    expect(world.server.requests.length).toBe(before)
  })

  it('closes the connection at break, at return and at throw, also while a change is awaited', async () => {
    await using world = await open()
    const { plants, watches } = world
    const ends: ((changes: Changes<Plant>) => PromiseLike<unknown>)[] = [
      changes => changes.return(),
      changes => changes.throw(new Error('enough')).catch(() => undefined),
      changes => changes[Symbol.asyncDispose](),
    ]
    for (const end of ends) {
      const changes = plants.watch()
      const next = changes.next()
      const opened = await watches.next()
      await end(changes)

      expect(await next).toEqual({ done: true, value: undefined })
      expect(await changes.next()).toEqual({ done: true, value: undefined })
      await closed(opened)
    }
    const loop = (async () => {
      for await (const change of plants.watch()) if (change.operationType === 'insert') break
    })()
    const opened = await watches.next()
    tellAfter(opened, 1)
    await loop
    await closed(opened)
  })

  it('goes on behind the last change after a lost connection, none twice and none lost', async () => {
    await using world = await open()
    const { plants, watches } = world
    const changes = plants.watch()
    const taken = take(changes, 7)
    const first = await watches.next()
    tellAfter(first, 3)
    first.response.write(`data: ${insertOf(4).slice(0, 30)}`, () => lose(first))
    const second = await watches.next()
    expect(second.argument.resumeAfter).toEqual({ _data: 't3' })
    tellAfter(second, 5)
    second.response.end()
    tellAfter(await watches.next(), 7)

    expect(await taken).toEqual([1, 2, 3, 4, 5, 6, 7])
    await changes.return()
  })

  it('goes on where the server said it is, when no change came yet', async () => {
    await using world = await open()
    const { plants, watches } = world
    const changes = plants.watch()
    const taken = take(changes, 1)
    const first = await watches.next()
    first.response.write('event: position\ndata: {"_id":{"_data":"t8"}}\n\n', () => lose(first))
    const second = await watches.next()
    tellAfter(second, 9)

    expect(second.argument.resumeAfter).toEqual({ _data: 't8' })
    expect(await taken).toEqual([9])
    await changes.return()
  })

  it('waits for a server that is away, and goes on', async () => {
    await using world = await open()
    const { server, plants, watches } = world
    const changes = plants.watch()
    const taken = take(changes, 2)
    tellAfter(await watches.next(), 1)
    const { answerWith } = server
    let refused = 0
    const away = serveWatches(server)
    answerWith(seen => {
      if (!isWatch(seen)) return undefined
      refused++
      return { status: 503, body: { error: 'too busy, try again in a moment' } }
    })
    for (const watch of watches.opened) lose(watch)
    while (refused < 2) await new Promise(resolve => setImmediate(resolve))
    const back = serveWatches(server)
    tellAfter(await back.next(), 2)

    expect(away.opened).toEqual([])
    expect(await taken).toEqual([1, 2])
    await changes.return()
  })

  it('gets a new token when the server wants one, once for all that watch', async () => {
    await using world = await open()
    const { server, user, plants } = world
    const expired = user.accessToken
    server.expireAccessTokens()
    const watches = serveWatches(server)
    const { opened } = watches
    server.answerWith(seen => {
      if (!isWatch(seen)) return undefined
      if (seen.bearer === expired) return { status: 401, body: over }
      const stream = (response: OpenWatch['response']): void => {
        opened.push({ argument: {}, bearer: seen.bearer, response })
      }
      return { status: 200, stream }
    })
    const streams = Array.from({ length: 20 }, () => plants.watch())

    await Promise.all(streams.map(changes => changes.open()))

    expect(opened).toHaveLength(20)
    expect(server.count('POST', '/auth/session')).toBe(1)
    await Promise.all(streams.map(changes => changes.return()))
    await Promise.all(opened.map(closed))
  })

  it('goes on with a new token when the server ends it because the token ran out', async () => {
    await using world = await open()
    const { server, plants, watches, user } = world
    const changes = plants.watch()
    const taken = take(changes, 2)
    const first = await watches.next()
    tellAfter(first, 1)
    first.response.end(`event: error\ndata: ${JSON.stringify(over)}\n\n`)
    const second = await watches.next()
    tellAfter(second, 2)

    expect(await taken).toEqual([1, 2])
    expect(second.bearer).toBe(user.accessToken)
    expect(second.bearer).not.toBe(first.bearer)
    expect(server.count('POST', '/auth/session')).toBe(1)
    await changes.return()
  })

  it('goes on when the server did not want to wait for a slow reader', async () => {
    await using world = await open()
    const { plants, watches } = world
    const changes = plants.watch()
    const taken = take(changes, 2)
    const slow = { error: 'the watch was ended', error_code: 'WatchTooSlow' }
    for (const last of [1, 2]) {
      const watch = await watches.next()
      tellAfter(watch, last)
      watch.response.end(`event: error\ndata: ${JSON.stringify(slow)}\n\n`)
    }

    expect(await taken).toEqual([1, 2])
    await changes.return()
  })

  it('ends with an error that says so when the session is over', async () => {
    await using world = await open()
    const { server, user, plants, watches } = world
    const next = plants.watch().next()
    const first = await watches.next()
    server.sessions.clear()
    first.response.end(`event: error\ndata: ${JSON.stringify(over)}\n\n`)

    await expect(next).rejects.toMatchObject({
      code: 4301,
      message: 'invalid session',
      hint: expect.stringContaining('The session was ended'),
    })
    expect(user.state).toBe('LoggedOut')
    expect(watches.opened).toHaveLength(1)
  })

  it('believes a server that refuses every new token', async () => {
    await using world = await open()
    const { server, plants, watches } = world
    const next = plants.watch().next()
    const refuse = async (): Promise<void> => {
      const { response } = await watches.next()
      response.end(`event: error\ndata: ${JSON.stringify(over)}\n\n`)
    }
    const refusing = Promise.all([refuse(), refuse(), refuse()])

    await expect(next).rejects.toMatchObject({ code: 4301 })
    await refusing
    expect(server.count('POST', '/auth/session')).toBe(2)
  })

  it('ends when its user logs out, with an error that says so', async () => {
    await using world = await open()
    const { user, plants, watches } = world
    const next = plants.watch().next()
    const opened = await watches.next()
    const ending = user.logOut()

    await expect(next).rejects.toMatchObject({
      code: 4101,
      message: expect.stringContaining('not logged in'),
    })
    await ending
    await closed(opened)
    await expect(plants.watch().next()).rejects.toMatchObject({ code: 4101 })
    expect(watches.opened).toHaveLength(1)
  })

  it('ends with the error that the server sends, and after the collection is gone', async () => {
    await using world = await open()
    const { plants, watches } = world
    const cases: [string, object][] = [
      [
        'event: error\ndata: {"error_code":"NoMatchingRuleFound","error":"no rule"}\n\n',
        { code: 4314, message: 'no rule' },
      ],
      ['event: error\ndata: broken\n\n', { code: 4351, message: 'broken' }],
      ['data: 7\n\n', { code: 4203, message: 'server returned malformed event: 7' }],
      [
        'data: {"_id":{"$oid":"x"}}\n\n',
        { code: 4203, message: 'server returned malformed event: {"_id":{"$oid":"x"}}' },
      ],
    ]
    for (const [text, error] of cases) {
      const next = plants.watch().next()
      const opened = await watches.next()
      opened.response.write(text)
      await expect(next).rejects.toMatchObject(error)
      await closed(opened)
    }
    const seen: string[] = []
    const loop = (async () => {
      for await (const { operationType } of plants.watch()) seen.push(operationType)
    })()
    const { response } = await watches.next()
    const gone = [{ operationType: 'drop' }, { operationType: 'invalidate' }]
    for (const event of gone) response.write(`data: ${JSON.stringify({ _id: {}, ...event })}\n\n`)
    await loop
    expect(seen).toEqual(['drop', 'invalidate'])
  })

  it('is refused at once when it was never open', async () => {
    await using world = await open()
    const { server, plants } = world
    const cases: [number, object, object][] = [
      [403, { error: 'no rule', error_code: 'NoMatchingRuleFound' }, { code: 4314 }],
      [503, { error: 'too busy' }, { code: 4351, statusCode: 503 }],
      [431, {}, { statusCode: 431, hint: expect.stringContaining('too long') }],
    ]
    for (const [status, body, error] of cases) {
      server.answerWith(seen => (isWatch(seen) ? { status, body } : undefined))
      const changes = plants.watch()
      await expect(changes.open()).rejects.toMatchObject(error)
      await expect(changes.next()).rejects.toMatchObject(error)
    }
    server.answerWith(seen => (isWatch(seen) ? { status: 200, body: {} } : undefined))
    await expect(plants.watch().next()).rejects.toMatchObject({
      code: 4309,
      message: expect.stringContaining('got application/json'),
    })
  })

  it('is given up after the timeout of the app when the server does not open it', async () => {
    await using world = await open({ timeout: 1_000 })
    const { server, plants } = world
    server.answerWith(seen => (isWatch(seen) ? new Promise(() => undefined) : undefined))

    await expect(plants.watch().next()).rejects.toMatchObject({
      code: 4000,
      message: expect.stringContaining('aborted due to timeout'),
    })
  })

  it('stays open for longer than the timeout of the app', async () => {
    await using world = await open({ timeout: 1_000 })
    const { plants, watches } = world
    const changes = plants.watch()
    const taken = take(changes, 1)
    const opened = await watches.next()
    const begun = performance.now()
    while (performance.now() - begun < 1_500) await new Promise(resolve => setImmediate(resolve))
    tellAfter(opened, 1)

    expect(await taken).toEqual([1])
    expect(watches.opened).toHaveLength(1)
    await changes.return()
  })

  it('reads no faster than its changes are taken', async () => {
    await using world = await open()
    const { plants, watches } = world
    const changes = plants.watch()
    await changes.open()
    const { response } = await watches.next()
    const filler = `: ${'x'.repeat(65_536)}\n\n`
    let written = 0
    while (response.write(filler) || (await drained(response))) written += filler.length

    expect(written).toBeLessThan(64 * 1_024 * 1_024)
    response.write(`data: ${insertOf(1)}\n\n`)
    expect(await take(changes, 1)).toEqual([1])
    await changes.return()
  })
})

/** False when the reader takes nothing for a while. */
const drained = (response: OpenWatch['response']): Promise<boolean> =>
  new Promise(resolve => {
    const timer = setTimeout(() => resolve(false), 300)
    response.once('drain', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
