import { AdminClient } from '@regent/sdk/admin'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'

const email = 'ada@example.com'
const password = 'correct horse'
const minuteMs = 60_000

type Counted = { readonly admin: AdminClient; readonly asked: string[] }

/** A client of a new operator, and what it asks. */
const connect = async (server: TestServer): Promise<Counted> => {
  const { url: baseUrl, operatorKey } = server
  await new AdminClient({ baseUrl, operatorKey }).operators.create({ email, password })
  const asked: string[] = []
  const admin = new AdminClient({
    baseUrl,
    email,
    password,
    fetch: (input, init) => {
      const path = new URL(String(input)).pathname.replace('/api/admin/v3.0', '')
      asked.push(`${init?.method} ${path}`)
      return fetch(input, init)
    },
  })
  return { admin, asked }
}

const logIn = 'POST /auth/providers/local-userpass/login'
const refresh = 'POST /auth/session'
const profile = 'GET /auth/profile'

describe('a client with e-mail address and password', () => {
  it('logs in once, however many calls wait for it', async () => {
    await using server = await startTestServer()
    const { admin, asked } = await connect(server)

    const answers = await Promise.all([1, 2, 3].map(() => admin.operators.profile()))

    expect(answers[0]).toMatchObject({ name: email, role: 'full', projectId: server.projectId })
    expect(asked.toSorted()).toEqual([profile, profile, profile, logIn])
  })

  it('renews its access once when it is over, and logs in again when its session is', async () => {
    await using server = await startTestServer()
    const { admin, asked } = await connect(server)
    await admin.operators.profile()

    asked.length = 0
    server.advance(30 * minuteMs)
    await Promise.all([admin.operators.profile(), admin.operators.profile()])
    expect(asked.filter(one => one !== profile)).toEqual([refresh])

    asked.length = 0
    server.advance(61 * 24 * 60 * minuteMs)
    await admin.operators.profile()
    expect(asked).toEqual([profile, refresh, logIn, profile])
  })

  it('logs out on the server, and in again with the next call', async () => {
    await using server = await startTestServer()
    const { admin, asked } = await connect(server)
    await admin.operators.profile()

    await admin.logOut()
    await admin.logOut()
    await admin.operators.profile()

    expect(asked).toEqual([logIn, profile, 'DELETE /auth/session', logIn, profile])
  })

  it('says why it is not let in, each time', async () => {
    await using server = await startTestServer()
    const admin = new AdminClient({ baseUrl: server.url, email, password })
    const refused = { name: 'AdminError', status: 401, code: 'InvalidPassword' }

    await expect(admin.apps.list()).rejects.toMatchObject(refused)
    await expect(admin.apps.list()).rejects.toMatchObject(refused)
  })
})

describe('a client with a key pair', () => {
  it('does what its role allows, until the pair is deleted', async () => {
    await using server = await startTestServer()
    const { operators } = new AdminClient({ baseUrl: server.url, operatorKey: server.operatorKey })
    const { id, publicKey, privateKey } = await operators.createKey({
      name: 'dashboard',
      role: 'read-only',
    })
    const program = new AdminClient({ baseUrl: server.url, publicKey, privateKey })
    const [app] = await program.apps.list()
    if (!app) throw new Error('the server has no app')

    expect(await program.secrets.list(app)).toEqual([])
    await expect(program.secrets.set(app, 'idpKey', 'x')).rejects.toMatchObject({
      status: 403,
      message: 'this operator may only read',
    })
    expect(await operators.listKeys()).toMatchObject([
      { name: 'dashboard', publicKey, role: 'read-only', lastLoginAt: expect.any(Date) },
    ])
    await operators.deleteKey(id)
    await expect(program.apps.list()).rejects.toMatchObject({ status: 401 })
  })
})

describe('operators', () => {
  it('are made, listed, given passwords and deleted', async () => {
    await using server = await startTestServer()
    const { baseUrl, operatorKey } = { baseUrl: server.url, operatorKey: server.operatorKey }
    const { operators } = new AdminClient({ baseUrl, operatorKey })

    const made = await operators.create({ email, password, role: 'read-only' })
    await operators.setPassword(made.id, 'another password')
    const ada = new AdminClient({ baseUrl, email, password: 'another password' })

    expect(await operators.list()).toEqual([made])
    expect(made).toMatchObject({ email, role: 'read-only', lastLoginAt: undefined })
    expect(await ada.operators.profile()).toMatchObject({ id: made.id, role: 'read-only' })
    await operators.delete(made.id)
    await expect(ada.apps.list()).rejects.toMatchObject({ status: 401 })
    expect(await operators.listProviders()).toEqual(['local-userpass', 'mongodb-cloud'])
  })
})

describe('things of an app', () => {
  it('are made, listed, changed and deleted one by one', async () => {
    await using server = await startTestServer()
    const admin = new AdminClient({ baseUrl: server.url, operatorKey: server.operatorKey })
    const [app] = await admin.apps.list()
    if (!app) throw new Error('the server has no app')
    const { functions } = admin.items

    const made = await functions.create(app, { name: 'sum', source: 'exports = (a, b) => a + b' })
    const run = await admin.functions.run(app, { name: 'sum', args: [1, 2] })
    await functions.replace(app, made._id, { name: 'sum', source: 'exports = () => 0' })
    const changed = await functions.get(app, made._id)
    await functions.delete(app, made._id)

    expect(run.error).toBeUndefined()
    expect(changed).toMatchObject({ _id: made._id, name: 'sum', source: 'exports = () => 0' })
    expect(await functions.list(app)).toEqual([])
    await admin.security.setRequestOrigins(app, ['https://shop.example'])
    expect(await admin.security.requestOrigins(app)).toEqual(['https://shop.example'])
    expect(
      Buffer.from(await admin.transfer.exportZip(app))
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
  })
})
