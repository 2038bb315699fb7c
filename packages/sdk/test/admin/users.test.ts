import { type AdminApp, AdminClient } from '@regent/sdk/admin'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

const password = 'correct horse'

const connect = async (server: TestServer): Promise<{ admin: AdminClient; app: AdminApp }> => {
  const admin = new AdminClient({ baseUrl: server.url, operatorKey: server.operatorKey })
  const [app] = await admin.apps.list()
  if (!app) throw new Error('the server has no app')
  return { admin, app }
}

const provider = ({ app }: TestServer): string =>
  `/api/client/v2.0/app/${app.clientAppId}/auth/providers/local-userpass`

const logIn = async (server: TestServer, username: string, secret = password) => {
  const json = { username, password: secret }
  const response = await server.request('POST', `${provider(server)}/login`, { json })
  return { status: response.status, ...((await response.json()) as { access_token: string }) }
}

describe('admin.users', () => {
  it('searches, page after page, by what users are known by', async () => {
    await using server = await startTestServer()
    const { admin, app } = await connect(server)
    for (const name of ['ada', 'adam', 'bob'])
      await admin.users.create(app, { email: `${name}@example.com`, password })

    const first = await admin.users.search(app, { emailPrefix: 'AD', limit: 1 })
    const second = await admin.users.search(app, {
      emailPrefix: 'AD',
      limit: 1,
      ...(first.next !== undefined && { cursor: first.next }),
    })
    const newest: unknown[] = []
    const search = {
      providerTypes: ['local-userpass'],
      status: 'enabled',
      createdFrom: new Date(Date.now() - 60_000),
      lastLoginUntil: new Date(Date.now() + 60_000),
      sort: 'created',
      descending: true,
    } as const
    for await (const { profile } of admin.users.searchAll(app, search)) newest.push(profile.email)

    expect([...first.users, ...second.users].map(({ profile }) => profile.email)).toEqual([
      'ada@example.com',
      'adam@example.com',
    ])
    expect(newest).toEqual(['bob@example.com', 'adam@example.com', 'ada@example.com'])
    expect(await admin.users.count(app)).toBe(3)
    expect(await admin.users.list(app, { status: 'disabled' })).toEqual([])
    expect(await admin.users.list(app, { providerTypes: ['anon-user'], descending: true })).toEqual(
      [],
    )
  })

  it('shows details and data, ends a session, changes password and address', async () => {
    await using server = await startTestServer()
    const { admin, app } = await connect(server)
    const { id } = await admin.users.create(app, { email: 'ada@example.com', password })
    await logIn(server, 'ada@example.com')

    const details = await admin.users.details(app, id)
    const data = await admin.users.data(app, id)

    expect(details).toMatchObject({
      user: { id, deletesAt: undefined },
      registration: { email: 'ada@example.com', confirmed: true, createdAt: expect.any(Date) },
      customData: undefined,
      sessions: [{ providerType: 'local-userpass', expiresAt: expect.any(Date) }],
      apiKeys: [],
    })
    expect(data).toMatchObject({ user: { id }, registration: { email: 'ada@example.com' } })
    expect(await admin.users.devices(app, id)).toEqual([])
    await admin.users.endSession(app, id, details.sessions[0]?.id ?? '')
    expect((await admin.users.details(app, id)).sessions).toEqual([])
    await admin.users.resetPassword(app, id, 'new-secret')
    expect((await logIn(server, 'ada@example.com', 'new-secret')).status).toBe(200)
    await admin.users.resetPassword(app, id)
    expect(await server.mailbox()).toHaveLength(1)
    await admin.users.resetEmail(app, id, 'ada@example.org')
    expect((await logIn(server, 'ada@example.org', 'new-secret')).status).toBe(200)
    await expect(admin.users.restore(app, id)).rejects.toMatchObject({ status: 400 })
  })

  it('verifies an access token until it expires', async () => {
    await using server = await startTestServer()
    const { admin, app } = await connect(server)
    const { id } = await admin.users.create(app, { email: 'ada@example.com', password })
    const { access_token } = await logIn(server, 'ada@example.com')

    expect(await admin.users.verifyToken(app, access_token)).toMatchObject({
      userId: id,
      audience: app.clientAppId,
      profile: { email: 'ada@example.com' },
      customData: {},
      expiresAt: expect.any(Date),
    })
    await expect(admin.users.verifyToken(app, 'x')).rejects.toMatchObject({ status: 401 })
    server.advance(31 * 60_000)
    expect(await admin.users.verifyToken(app, access_token)).toBeUndefined()
  })
})

describe('admin.pendingUsers', () => {
  it('lists, confirms, writes to and deletes registrations', async () => {
    await using server = await startTestServer({
      app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
    })
    const { admin, app } = await connect(server)
    for (const name of ['ada', 'bob', 'eve']) {
      const json = { email: `${name}@example.com`, password }
      await server.request('POST', `${provider(server)}/register`, { json })
    }
    const { pendingUsers } = admin

    await pendingUsers.confirm(app, 'ada@example.com')
    await pendingUsers.sendConfirmation(app, 'bob@example.com')
    const [ada, ...others] = await pendingUsers.list(app)

    expect(ada).toMatchObject({ email: 'ada@example.com', confirmed: true })
    expect(others).toMatchObject([{ confirmed: false }, { createdAt: expect.any(Date) }])
    expect(await server.mailbox()).toHaveLength(4)
    await expect(pendingUsers.runConfirmation(app, 'bob@example.com')).rejects.toMatchObject({
      status: 400,
    })
    await pendingUsers.delete(app, 'bob@example.com')
    await pendingUsers.deleteById(app, ada?.id ?? '')
    const left: string[] = []
    for await (const { email } of pendingUsers.all(app)) left.push(email)
    expect(left).toEqual(['eve@example.com'])
  })
})
