import { adminPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { refused } from '../client/clients.ts'

type Sent = Parameters<TestServer['request']>[2]

const call = (server: TestServer, method: string, path: string, sent: Sent = {}) =>
  server.request(method, path, { bearer: server.operatorKey, ...sent })

describe('a request to the Admin API', () => {
  it('may carry parameters that nobody knows, even twice', async () => {
    await using server = await startTestServer()
    const users = adminPaths.users(server.projectId, server.app.id)
    const strange = 'bypass_service_change=SyncSchemaVersionIncrease&x=1&x=2'

    const known = await call(server, 'GET', `${users}?${strange}`)
    const profile = await call(server, 'GET', `${adminPaths.profile()}?${strange}`)
    const twice = await call(server, 'GET', `${users}?limit=1&limit=2`)

    expect([known.status, profile.status]).toEqual([200, 200])
    expect(await refused(twice)).toEqual({
      status: 400,
      error: "'limit' must be given once",
      error_code: 'InvalidParameter',
    })
  })

  it('that needs no body may have none, an empty one, or a type with parameters', async () => {
    await using server = await startTestServer({ app: { providers: ['api-key'] } })
    const [entry] = (await (
      await call(server, 'GET', adminPaths.authProviders(server.projectId, server.app.id))
    ).json()) as { _id: string }[]
    const path = adminPaths.disableAuthProvider(server.projectId, server.app.id, entry?._id ?? '')
    const headers = { 'content-type': 'application/json;charset=utf-8' }
    const bodies: Sent[] = [{}, { headers }, { headers, body: '""' }, { headers, body: '{}' }]

    for (const sent of bodies) {
      const response = await call(server, 'PUT', path, sent)
      expect([response.status, await response.text()]).toEqual([204, ''])
      expect(response.headers.get('content-type')).toBeNull()
    }
  })

  it('is told whether its body must be a list or an object', async () => {
    await using server = await startTestServer()
    const origins = adminPaths.requestOrigins(server.projectId, server.app.id)
    const secrets = adminPaths.secrets(server.projectId, server.app.id)
    const say = async (path: string, json: unknown) =>
      (await refused(await call(server, 'POST', path, { json }))).error

    expect(await say(origins, {})).toBe('body must be a list')
    expect(await say(secrets, [])).toBe('body must be an object')
  })
})
