import { mkdir, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { testCluster } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openShop } from './shop.ts'

const away = {
  status: 503,
  error: "the data source 'mongodb-atlas' cannot be reached now, try again",
}

/** A way to the cluster that can be cut. */
const openRoad = async (target: URL) => {
  const sockets = new Set<Socket>()
  let port = 0
  let server: Server
  const open = async (): Promise<void> => {
    server = createServer(near => {
      const far = connect(Number(target.port || 27017), target.hostname)
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from)
        from.on('error', () => to.destroy()).on('close', () => to.destroy())
        from.pipe(to)
      }
    })
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  }
  const cut = async (): Promise<void> => {
    const closed = new Promise(resolve => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    sockets.clear()
    await closed
  }
  await open()
  return { port, open, cut }
}

describe('a data source that is away', () => {
  const reason = testCluster === undefined ? ' (skipped: no REGENT_TEST_MONGODB_URL)' : ''

  it.skipIf(testCluster === undefined)(
    `answers 503 in bounded time, and serves again when the cluster does${reason}`,
    { timeout: 120_000 },
    async () => {
      const target = new URL(testCluster as string)
      const road = await openRoad(target)
      const address = `mongodb://127.0.0.1:${road.port}/?directConnection=true`
      await using shop = await openShop({ name: 'mongodb', link: { kind: 'address', address } })
      await shop.run('insertOne', { document: { _id: 1 } })

      await road.cut()
      const startedAt = performance.now()
      expect(await shop.refused('find')).toEqual(away)
      expect(await shop.refused('insertOne', { document: { _id: 2 } })).toEqual(away)
      expect(performance.now() - startedAt).toBeLessThan(45_000)
      await road.open()

      await expect
        .poll(async () => (await shop.send('find', {})).status, { timeout: 30_000 })
        .toBe(200)
      expect(await shop.run('count')).toEqual({ $numberLong: '1' })
      await road.cut()
    },
  )

  it('answers 503 while its file cannot be opened, and serves when it can', async () => {
    await using shop = await openShop({ name: 'embedded', link: { kind: 'own' } })
    const place = join(shop.server.dataDir, 'apps', shop.server.app.clientAppId, 'mongodb-atlas.db')
    await mkdir(place, { recursive: true })

    expect(await shop.refused('find')).toEqual(away)
    await rm(place, { recursive: true })
    expect(await shop.run('insertOne', { document: { _id: 1 } })).toEqual({
      insertedId: { $numberInt: '1' },
    })
  })
})
