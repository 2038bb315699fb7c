import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { openStream, watch } from './event-stream.ts'
import { insert, logInAnonymously, offersChanges, shortly, startShop } from './shop.ts'

const bodyOf = async (stream: Awaited<ReturnType<typeof openStream>>): Promise<unknown> => {
  await stream.ended
  const { link: _link, ...rest } = JSON.parse(stream.raw())
  return { status: stream.status, ...rest }
}

describe.skipIf(!offersChanges)('watches that are open at the same time', () => {
  it('are limited for one user, and free again when they are closed', async () => {
    await using server = await startShop({ settings: { maxWatchesPerUser: 2 } })
    const [ada, bob] = [await logInAnonymously(server), await logInAnonymously(server)]
    const streams = [await watch(server, ada.token), await watch(server, ada.token)]

    const third = await openStream(server, { token: ada.token })
    const bobs = await watch(server, bob.token)

    expect(third.headers['retry-after']).toBe('1')
    expect(await bodyOf(third)).toEqual({
      status: 429,
      error: 'a user may have 2 watches open at the same time',
    })
    for (const stream of [...streams, bobs]) stream.close()
    let again = await openStream(server, { token: ada.token })
    while (again.status === 429) again = await openStream(server, { token: ada.token })
    expect(again.status).toBe(200)
    again.close()
  })

  it('are limited for the server', async () => {
    await using server = await startShop({ settings: { maxWatches: 1 } })
    const [ada, bob] = [await logInAnonymously(server), await logInAnonymously(server)]
    const stream = await watch(server, ada.token)

    expect(await bodyOf(await openStream(server, { token: bob.token }))).toEqual({
      status: 503,
      error: 'too busy, try again in a moment',
    })
    stream.close()
  })

  it('take no places from requests', async () => {
    await using server = await startShop({ settings: { maxInFlight: 1 } })
    const { token } = await logInAnonymously(server)
    const streams = [await watch(server, token), await watch(server, token)]

    const profile = await server.request('GET', clientPaths.profile(), { bearer: token })

    expect(profile.status).toBe(200)
    for (const stream of streams) stream.close()
  })
})

describe.skipIf(!offersChanges)('a client that takes no changes', () => {
  const megabyte = 'x'.repeat(1024 * 1024)

  it('is let go with an error, and others are told everything', async () => {
    await using server = await startShop()
    const [ada, bob] = [await logInAnonymously(server), await logInAnonymously(server)]
    const [slow, good] = [await watch(server, ada.token), await watch(server, bob.token)]
    slow.pause()

    for (let _id = 0; _id < 32; _id += 1) {
      await insert(server, { _id, text: megabyte })
      expect((await good.take(1)).map(shortly)).toEqual([['insert', _id]])
    }
    slow.resume()

    expect(await slow.ended).toEqual({
      error_code: 'WatchTooSlow',
      error: 'the watch was ended: its changes were not taken fast enough',
    })
    good.close()
  }, 60_000)

  it('leaves nothing behind when it vanishes', async () => {
    await using server = await startShop({ settings: { maxWatchesPerUser: 20 } })
    const { token } = await logInAnonymously(server)
    const refusalAfter = async (rounds: number): Promise<number> => {
      for (let round = 0; round < rounds; round += 1) {
        const streams = await Promise.all(
          Array.from({ length: 20 }, () => openStream(server, { token })),
        )
        await insert(server, { text: 'x'.repeat(1024) })
        for (const stream of streams) stream.close()
      }
      let stream = await openStream(server, { token })
      while (stream.status === 429) stream = await openStream(server, { token })
      stream.close()
      return stream.status
    }

    expect(await refusalAfter(5)).toBe(200)
  })
})

describe.skipIf(!offersChanges)('a filter of many conditions', () => {
  const conditions = (count: number) => ({
    $or: Array.from({ length: count }, (_, at) => ({ 'fullDocument.list': -1 - at })),
  })

  it('ends its watch at a change with a long list, and holds nobody up', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const heavy = await watch(server, token, { filter: conditions(200) })
    const light = await watch(server, token, { filter: conditions(20) })
    const listed = Array.from({ length: 900 }, (_, at) => at)
    const looking = { 'fullDocument.list': { $in: listed } }
    const found = await watch(server, token, { filter: looking })

    await insert(server, { _id: 1, list: [-1] })
    expect((await heavy.take(1)).map(shortly)).toEqual([['insert', 1]])
    await insert(server, { _id: 2, list: Array.from({ length: 15_000 }, (_, at) => at - 1) })

    expect(await heavy.ended).toEqual({
      error_code: 'ReadSizeLimitExceeded',
      error: 'the filter has too many conditions for lists as long as those of this change',
    })
    expect((await light.take(2)).map(shortly)).toEqual([
      ['insert', 1],
      ['insert', 2],
    ])
    expect((await found.take(1)).map(shortly)).toEqual([['insert', 2]])
    light.close()
    found.close()
  })

  it('shows long and short changes in their order', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token, { filter: { operationType: 'insert' } })
    const text = 'x'.repeat(200_000)

    for (let at = 0; at < 6; at += 1) {
      await insert(server, at % 2 === 0 ? { _id: at, text } : { _id: at })
    }

    expect((await stream.take(6)).map(({ documentKey }) => documentKey._id)).toEqual([
      0, 1, 2, 3, 4, 5,
    ])
    stream.close()
  })
})
