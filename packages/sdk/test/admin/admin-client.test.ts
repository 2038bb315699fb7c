import { type AdminApp, AdminClient, AdminError } from '@regent/sdk/admin'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

const connect = (server: TestServer, operatorKey = server.operatorKey): AdminClient =>
  new AdminClient({ baseUrl: server.url, operatorKey })

const onlyApp = async (admin: AdminClient): Promise<AdminApp> => {
  const [app] = await admin.apps.list()
  if (!app) throw new Error('the server has no app')
  return app
}

const logInAnonymously = async (server: TestServer): Promise<string> => {
  const path = `/api/client/v2.0/app/${server.app.clientAppId}/auth/providers/anon-user/login`
  const response = await server.request('POST', path, { json: {} })
  return ((await response.json()) as { user_id: string }).user_id
}

const logInByEmail = async (server: TestServer, email: string): Promise<string> => {
  const provider = `/api/client/v2.0/app/${server.app.clientAppId}/auth/providers/local-userpass`
  const password = 'correct horse'
  await server.request('POST', `${provider}/register`, { json: { email, password } })
  const json = { username: email, password }
  const response = await server.request('POST', `${provider}/login`, { json })
  return ((await response.json()) as { user_id: string }).user_id
}

describe('apps', () => {
  it('are listed and found by their client app id', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'shop-aaaaa' }, { clientAppId: 'forum-bbbbb', name: 'the-forum' }],
    })
    const admin = connect(server)

    const apps = await admin.apps.list()

    expect(apps.map(({ clientAppId, name }) => [clientAppId, name])).toEqual([
      ['forum-bbbbb', 'the-forum'],
      ['shop-aaaaa', 'shop'],
    ])
    expect(apps[0]?.modifiedAt.getTime()).toBeGreaterThan(Date.now() - 60_000)
    expect(await admin.apps.find('shop-aaaaa')).toEqual(apps[1])
    expect(await admin.apps.find('shop-zzzzz')).toBeUndefined()
  })

  it('are deployed from texts, with what is not served as a warning', async () => {
    await using server = await startTestServer()
    const admin = connect(server)
    const files = {
      'root_config.json': '{"config_version": 20210101, "app_id": "shop-xkqzp", "name": "shop"}',
      'auth/providers.json': '{"anon-user": {"type": "anon-user"}}',
      'log_forwarders/all.json': '{"name": "all"}',
    }

    const first = await admin.apps.deploy(files)
    const second = await admin.apps.deploy(files)

    expect(first).toMatchObject({
      outcome: 'deployed',
      warnings: ['not served yet: log_forwarders/'],
      app: { clientAppId: 'shop-xkqzp' },
    })
    expect(second.outcome).toBe('unchanged')
    expect(await admin.apps.find('shop-xkqzp')).toEqual(first.app)
  })

  it('are not deployed with a mistake in them; the error names it', async () => {
    await using server = await startTestServer()
    const admin = connect(server)

    const attempt = admin.apps.deploy({ 'root_config.json': '{"name": 1,}' }, { source: 'my shop' })

    await expect(attempt).rejects.toThrow(AdminError)
    await expect(attempt).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('root_config.json:1:12: a comma before } is one too many'),
    })
    expect(await admin.apps.list()).toHaveLength(1)
  })
})

describe('users', () => {
  it('are listed page after page, oldest first', async () => {
    await using server = await startTestServer()
    const admin = connect(server)
    const ids: string[] = []
    for (let count = 0; count < 53; count++) ids.push(await logInAnonymously(server))
    const app = await onlyApp(admin)

    const page = await admin.users.list(app, { limit: 2 })
    const next = await admin.users.list(app, { after: ids[1] as string, limit: 1 })
    const all: string[] = []
    for await (const { id } of admin.users.all(app)) all.push(id)

    expect(page.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(next.map(({ id }) => id)).toEqual(ids.slice(2, 3))
    expect(all).toEqual(ids)
  })

  it('are found by id and by e-mail address, whatever its case', async () => {
    await using server = await startTestServer()
    const admin = connect(server)
    const app = await onlyApp(admin)
    const id = await logInByEmail(server, 'Ada@example.com')

    const byId = await admin.users.find(app, id)
    const byEmail = await admin.users.findByEmail(app, 'ada@EXAMPLE.com')

    expect(byId).toMatchObject({
      id,
      type: 'normal',
      disabled: false,
      profile: { email: 'Ada@example.com' },
      identities: [{ providerType: 'local-userpass' }],
    })
    expect(byId?.lastLoginAt.getTime()).toBeGreaterThan(Date.now() - 60_000)
    expect(byEmail).toEqual(byId)
    expect(await admin.users.find(app, '0'.repeat(24))).toBeUndefined()
    expect(await admin.users.findByEmail(app, 'bob@example.com')).toBeUndefined()
  })

  it('are disabled, enabled, logged out and deleted', async () => {
    await using server = await startTestServer()
    const admin = connect(server)
    const app = await onlyApp(admin)
    const id = await logInByEmail(server, 'ada@example.com')

    await admin.users.disable(app, id)
    expect((await admin.users.find(app, id))?.disabled).toBe(true)
    expect(await server.deps.store.sessions.listByUser(id)).toEqual([])

    await admin.users.enable(app, id)
    expect((await admin.users.find(app, id))?.disabled).toBe(false)

    await admin.users.logOut(app, id)
    await admin.users.delete(app, id)
    expect(await admin.users.find(app, id)).toBeUndefined()
    await expect(admin.users.delete(app, id)).rejects.toMatchObject({
      status: 404,
      code: 'UserNotFound',
      message: 'user not found',
    })
  })
})

describe('the mailbox', () => {
  it('gives letters with their links, newest first', async () => {
    await using server = await startTestServer({
      app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
    })
    const admin = connect(server)
    const app = await onlyApp(admin)
    const register = `/api/client/v2.0/app/${app.clientAppId}/auth/providers/local-userpass/register`
    for (const email of ['ada@example.com', 'bob@example.com']) {
      await server.request('POST', register, { json: { email, password: 'correct horse' } })
    }

    const letters = await admin.mailbox.list(app)

    expect(letters.map(({ to }) => to)).toEqual(['bob@example.com', 'ada@example.com'])
    expect(letters[0]?.link).toMatch(/^http.*[?&]token=[0-9a-f]{128}&tokenId=[0-9a-f]{24}$/)
    expect(letters[0]?.sentAt).toBeInstanceOf(Date)
  })
})

describe('an operator key', () => {
  it('that is wrong opens nothing', async () => {
    await using server = await startTestServer()

    const attempt = connect(server, 'guessed').apps.list()

    await expect(attempt).rejects.toThrow(AdminError)
    await expect(attempt).rejects.toMatchObject({ status: 401, code: 'InvalidSession' })
  })

  it('may be tried again after the server was away', async () => {
    await using server = await startTestServer()
    let isAway = true
    const admin = new AdminClient({
      baseUrl: server.url,
      operatorKey: server.operatorKey,
      fetch: (input, init) =>
        isAway ? Promise.reject(new TypeError('fetch failed')) : fetch(input, init),
    })

    await expect(admin.apps.list()).rejects.toMatchObject({
      name: 'AdminError',
      status: undefined,
      message: `no answer from ${server.url}`,
    })
    isAway = false

    expect(await admin.apps.list()).toHaveLength(1)
  })
})

describe('API keys', () => {
  it('are made, listed without the key, and ended', async () => {
    await using server = await startTestServer({ app: { providers: ['api-key'] } })
    const { apiKeys } = connect(server)
    const app = await onlyApp(connect(server))

    const { key, ...made } = await apiKeys.create(app, 'ci')
    const listed = await apiKeys.list(app)
    const byPrefix = await apiKeys.list(app, { prefix: made.prefix })
    await apiKeys.disable(app, made.id)
    const [disabled] = await apiKeys.list(app)
    await apiKeys.enable(app, made.id)
    const [enabled] = await apiKeys.list(app)
    await apiKeys.delete(app, made.id)

    expect(key.startsWith(made.prefix)).toBe(true)
    expect(made).toMatchObject({ name: 'ci', disabled: false, lastUsedAt: undefined })
    expect(listed).toEqual([made])
    expect(byPrefix).toEqual([made])
    expect([disabled?.disabled, enabled?.disabled]).toEqual([true, false])
    expect(await apiKeys.list(app)).toEqual([])
    await expect(apiKeys.delete(app, made.id)).rejects.toMatchObject({ code: 'APIKeyNotFound' })
  })
})

describe('functions', () => {
  it('run as the system or a user; one that throws is a run with an error', async () => {
    await using server = await startTestServer({
      app: {
        functions: {
          sum: 'exports = (a, b) => { console.log("adding"); return a + b }',
          whoami: 'exports = () => context.user.id',
          fails: 'exports = () => { throw new Error("no such order") }',
        },
      },
    })
    const { functions } = connect(server)
    const app = await onlyApp(connect(server))
    const userId = await logInAnonymously(server)

    const sum = await functions.run(app, { name: 'sum', args: [1, { $numberInt: '2' }] })
    const whoami = await functions.run(app, { name: 'whoami', userId })
    const fails = await functions.run(app, { name: 'fails' })

    expect(sum).toMatchObject({
      result: { $numberLong: '3' },
      logs: ['adding'],
      error: undefined,
      errorCode: undefined,
      executionTime: expect.stringMatching(/^[\d.]+ms$/),
    })
    expect(whoami.result).toBe(userId)
    expect(fails).toMatchObject({
      result: null,
      error: 'no such order',
      errorCode: 'FunctionExecutionError',
    })
    await expect(functions.run(app, { name: 'nothing' })).rejects.toMatchObject({
      code: 'FunctionNotFound',
    })
  })
})

describe('secrets', () => {
  it('are set, set again, listed by name and deleted', async () => {
    await using server = await startTestServer()
    const { secrets } = connect(server)
    const app = await onlyApp(connect(server))

    await secrets.set(app, 'idpKey', 'one')
    await secrets.set(app, 'idpKey', 'two')
    await secrets.set(app, 'another', 'three')

    expect(await server.deps.appSecrets.read(app.id, 'idpKey')).toBe('two')
    expect(await secrets.list(app)).toEqual(['another', 'idpKey'])
    await secrets.delete(app, 'another')
    expect(await secrets.list(app)).toEqual(['idpKey'])
    await expect(secrets.delete(app, 'another')).rejects.toMatchObject({ status: 404 })
  })
})
