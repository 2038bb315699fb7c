import { adminPaths, clientPaths } from '@regent/protocol'
import type { TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openStream, watch } from './event-stream.ts'
import { insert, logInAnonymously, offersChanges, shortly, startShop } from './shop.ts'

const ended = { error_code: 'InvalidSession', error: 'invalid session' }

const logOut = (server: TestServer, bearer: string): Promise<Response> =>
  server.request('DELETE', clientPaths.session(), { bearer })

describe.skipIf(!offersChanges)('an open watch', () => {
  it('ends when its session is logged out, and other sessions go on', async () => {
    await using server = await startShop()
    const [ada, bob] = [await logInAnonymously(server), await logInAnonymously(server)]
    const [adas, bobs] = [await watch(server, ada.token), await watch(server, bob.token)]

    expect((await logOut(server, ada.refreshToken)).status).toBe(204)

    expect(await adas.ended).toEqual(ended)
    await insert(server, { _id: 1 })
    expect((await bobs.take(1)).map(shortly)).toEqual([['insert', 1]])
    bobs.close()
  })

  it('is not opened for a session that has ended, though its access token has not', async () => {
    await using server = await startShop()
    const { token, refreshToken } = await logInAnonymously(server)
    await logOut(server, refreshToken)

    const stream = await openStream(server, { token })
    await stream.ended

    expect([stream.status, stream.reason]).toEqual([401, 'Unauthorized'])
    expect(JSON.parse(stream.raw())).toMatchObject(ended)
  })

  it('ends when its user is deleted', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    const response = await server.request('DELETE', clientPaths.deleteUser(), { bearer: token })

    expect(response.status).toBe(204)
    expect(await stream.ended).toEqual(ended)
  })

  it('ends when its user is disabled', async () => {
    await using server = await startShop()
    const { token, userId } = await logInAnonymously(server)
    const stream = await watch(server, token)

    const path = adminPaths.disableUser(server.projectId, server.app.id, userId)
    const response = await server.request('PUT', path, { bearer: server.operatorKey })

    expect(response.status).toBe(204)
    expect(await stream.ended).toEqual(ended)
  })

  it('ends when another process ended its session', async () => {
    await using server = await startShop()
    const { token, userId } = await logInAnonymously(server)
    const stream = await watch(server, token)
    const [session] = await server.deps.store.sessions.listByUser(userId)

    await server.deps.store.sessions.setExpiry(String(session?.id), 1)

    expect(await stream.ended).toEqual(ended)
  })

  it('outlives its access token, for as long as the session lives', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    server.advance(2 * 60 * 60_000)
    await insert(server, { _id: 1 })

    expect((await stream.take(1)).map(shortly)).toEqual([['insert', 1]])
    stream.close()
  })

  it('ends without an error when the server stops, which does not wait for it', async () => {
    await using server = await startShop({ settings: { stopSeconds: 60 } })
    const { token } = await logInAnonymously(server)
    const streams = await Promise.all([watch(server, token), watch(server, token)])
    const begun = performance.now()

    await server.stop()

    expect(await Promise.all(streams.map(stream => stream.ended))).toEqual([undefined, undefined])
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
