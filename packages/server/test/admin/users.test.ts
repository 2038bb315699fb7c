import { type AdminUserWire, adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, refused } from '../client/clients.ts'

const call = (server: TestServer, method: string, path: string): Promise<Response> =>
  server.request(method, path, { bearer: server.operatorKey })

const list = async (server: TestServer, query = ''): Promise<AdminUserWire[]> => {
  const path = adminPaths.users(server.projectId, server.app.id)
  const response = await call(server, 'GET', `${path}${query}`)
  expect(response.status).toBe(200)
  return (await response.json()) as AdminUserWire[]
}

describe('GET …/users', () => {
  it('shows users oldest first, page by page', async () => {
    await using server = await startTestServer()
    const ids: string[] = []
    for (let made = 0; made < 5; made++) ids.push((await logIn(server, 'anon-user')).user_id)

    const first = await list(server, '?limit=3')
    const second = await list(server, `?limit=3&after=${first[2]?._id}&unknown=1`)

    expect([...first, ...second].map(user => user._id)).toEqual(ids)
    expect(first[0]).toEqual({
      _id: ids[0],
      identities: [
        {
          id: expect.stringContaining(ids[0] as string),
          provider_type: 'anon-user',
          provider_id: server.app.providers[0]?.id,
          provider_data: {},
        },
      ],
      type: 'normal',
      creation_date: expect.any(Number),
      last_authentication_date: expect.any(Number),
      disabled: false,
      data: {},
    })
  })

  it('finds a user by e-mail address', async () => {
    await using server = await startTestServer()
    const email = 'Ada@Example.com'
    await post(server, clientPaths.register('test-aaaaa'), { email, password: '123456' })
    const { user_id } = await logIn(server, 'local-userpass', {
      username: email,
      password: '123456',
    })

    expect(await list(server, '?email=ada%40example.com')).toMatchObject([
      { _id: user_id, data: { email } },
    ])
    expect(await list(server, '?email=bob%40example.com')).toEqual([])
  })

  it('refuses parameters that cannot be', async () => {
    await using server = await startTestServer()
    const path = adminPaths.users(server.projectId, server.app.id)

    for (const query of [
      '?after=x',
      '?limit=0',
      '?limit=x',
      '?after=a&after=b',
      '?email=a&email=b',
    ])
      expect(await refused(await call(server, 'GET', `${path}${query}`))).toMatchObject({
        status: 400,
        error_code: 'InvalidParameter',
      })
  })
})

describe('one user', () => {
  it('is disabled, enabled, logged out and deleted', async () => {
    await using server = await startTestServer()
    const { user_id, refresh_token: bearer } = await logIn(server, 'anon-user')
    const ids = [server.projectId, server.app.id, user_id] as const
    const refresh = () => server.request('POST', clientPaths.session(), { bearer })
    const show = async () => (await call(server, 'GET', adminPaths.user(...ids))).json()

    const loggedOut = await call(server, 'PUT', adminPaths.logOutUser(...ids))
    expect([loggedOut.status, await loggedOut.text()]).toEqual([204, ''])
    expect((await refresh()).status).toBe(401)
    expect((await call(server, 'PUT', adminPaths.disableUser(...ids))).status).toBe(204)
    expect(await show()).toMatchObject({ _id: user_id, disabled: true })
    expect((await call(server, 'PUT', adminPaths.enableUser(...ids))).status).toBe(204)
    expect(await show()).toMatchObject({ _id: user_id, disabled: false })
    expect((await call(server, 'DELETE', adminPaths.user(...ids))).status).toBe(204)
    expect(await list(server)).toEqual([])
    expect(await refused(await call(server, 'DELETE', adminPaths.user(...ids)))).toEqual({
      status: 404,
      error: 'user not found',
      error_code: 'UserNotFound',
    })
  })

  it('of another app is not found', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const other = await logIn(server, 'anon-user', {}, server.apps[1])
    const path = adminPaths.user(server.projectId, server.app.id, other.user_id)

    for (const [method, at] of [
      ['GET', path],
      ['DELETE', path],
      ['PUT', `${path}/disable`],
      ['PUT', `${path}/logout`],
    ] as const)
      expect(await refused(await call(server, method, at))).toMatchObject({ status: 404 })
    expect((await logIn(server, 'anon-user', {}, server.apps[1])).user_id).toBeTruthy()
  })
})
