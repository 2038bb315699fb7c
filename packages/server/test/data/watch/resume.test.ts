import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { stringifyEjson } from '@regent/protocol'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { openStream, watch } from './event-stream.ts'
import {
  insert,
  isOnCluster,
  logInAnonymously,
  offersChanges,
  shortly,
  startShop,
  write,
} from './shop.ts'

const after = (event: Document | undefined): { resumeAfter: unknown } => ({
  resumeAfter: JSON.parse(stringifyEjson(event?._id)),
})

const numbers = (from: number, to: number): Document[] =>
  Array.from({ length: to - from }, (_, index) => ({ _id: from + index }))

describe.skipIf(!offersChanges)('a watch that resumes', () => {
  it('goes on behind the event that it names, and misses nothing and sees nothing twice', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const first = await watch(server, token)
    await insert(server, ...numbers(0, 50))
    const tenth = (await first.take(10)).at(-1)
    first.close()
    const writing = (async () => {
      for (let _id = 50; _id < 150; _id += 1) await insert(server, { _id })
    })()

    const second = await watch(server, token, after(tenth))
    await writing

    const events = await second.take(140)
    expect(events.map(shortly)).toEqual(numbers(10, 150).map(({ _id }) => ['insert', _id]))
    expect(second.waiting()).toEqual([])
    second.close()
  })

  it('goes on after the server was started again, for many readers', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'regent-test-'))
    const tokens: string[] = []
    let last: Document | undefined
    {
      await using server = await startShop({ dataDir })
      const { token } = await logInAnonymously(server)
      tokens.push(token)
      const stream = await watch(server, token)
      await insert(server, ...numbers(0, 3))
      last = (await stream.take(1))[0]
      await server.stop()
      expect(await stream.ended).toBeUndefined()
    }

    await using server = await startShop({ dataDir })
    const [token = ''] = tokens
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => watch(server, token, after(last))),
    )
    await insert(server, ...numbers(3, 5))

    for (const stream of streams) {
      expect((await stream.take(4)).map(shortly)).toEqual(
        numbers(1, 5).map(({ _id }) => ['insert', _id]),
      )
      expect(stream.waiting()).toEqual([])
      stream.close()
    }
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  it.skipIf(isOnCluster)('is refused where the log no longer reaches back', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const first = await watch(server, token)
    await insert(server, ...numbers(0, 5))
    const [start] = await first.take(5)
    first.close()
    const file = join(server.dataDir, 'apps', server.app.clientAppId, 'mongodb-atlas.db')
    const log = new DatabaseSync(file)
    log.exec('DELETE FROM changes WHERE seq < 4')
    log.close()

    const second = await openStream(server, { token, watch: after(start) })
    await second.ended

    expect(second.status).toBe(400)
    expect(JSON.parse(second.raw())).toMatchObject({
      error_code: 'ChangeStreamHistoryLost',
      error: 'the watch cannot be resumed: the change log no longer reaches back to where it was',
    })
  })

  it('keeps to what it asks for', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const first = await watch(server, token)
    await insert(server, ...numbers(0, 5))
    const [start] = await first.take(5)

    const second = await watch(server, token, { ...after(start), ids: [3, 7] })
    await insert(server, ...numbers(5, 9))

    expect((await second.take(2)).map(shortly)).toEqual([
      ['insert', 3],
      ['insert', 7],
    ])
    for (const stream of [first, second]) stream.close()
  })

  it('can begin where a stream began that told nothing yet; clients of the original leave that out', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const quiet = await watch(server, token)
    await insert(server, { _id: 1 })
    await quiet.take(1)
    const [begin] = quiet.positions()
    quiet.close()

    const again = await watch(server, token, after(begin))

    expect((await again.take(1)).map(shortly)).toEqual([['insert', 1]])
    expect(Object.keys(begin ?? {})).toEqual(['_id'])
    expect(quiet.raw()).toContain('event: position\ndata: {"_id":{"_data":')
    expect(again.positions()).toEqual([])
    again.close()
  })

  it('takes no token of another collection, nor one that was changed', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const others = await watch(server, token, { collection: 'others' })
    await write(server, 'insertOne', { document: {} }, 'others')
    const { resumeAfter } = after((await others.take(1))[0])
    const { _data } = resumeAfter as { _data: string }
    others.close()

    for (const wrong of [resumeAfter, { _data: `${_data.slice(0, -2)}AA` }, {}, { _data: 1 }]) {
      const stream = await openStream(server, { token, watch: { resumeAfter: wrong } })
      await stream.ended
      expect([stream.status, JSON.parse(stream.raw()).error]).toEqual([
        400,
        "'resumeAfter' must be the _id of an event of this collection",
      ])
    }
  })
})
