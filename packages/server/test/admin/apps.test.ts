import { adminPaths, clientPaths, type DeployWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { post, refused } from '../client/clients.ts'

const rootFile = (name: string) => JSON.stringify({ config_version: 20210101, app_id: name, name })
const providers = (on: boolean) =>
  JSON.stringify({ 'anon-user': { name: 'anon-user', type: 'anon-user', disabled: !on } })

const call = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })

describe('the operator key', () => {
  it('opens the Admin API; nothing else does', async () => {
    await using server = await startTestServer()
    const path = adminPaths.profile()
    const ask = async (headers: Record<string, string>) =>
      refused(await server.request('GET', path, { headers }))

    const profile = await (await call(server, 'GET', path)).json()
    expect(profile).toMatchObject({ type: 'system', roles: [{ group_id: server.projectId }] })
    expect(await ask({})).toEqual({ status: 401, error: 'must authenticate first' })
    expect(await ask({ authorization: 'Bearer' })).toMatchObject({
      error: 'expected Authorization header with JWT (Bearer schema)',
    })
    for (const key of ['null', `${server.operatorKey}x`, server.operatorKey.slice(1)])
      expect(await ask({ authorization: `Bearer ${key}` })).toEqual({
        status: 401,
        error: 'invalid session',
        error_code: 'InvalidSession',
      })
  })

  it('stays out of the log', async () => {
    await using server = await startTestServer()

    await call(server, 'GET', adminPaths.profile())
    await server.request('GET', `${adminPaths.profile()}?key=${server.operatorKey}`)

    expect(JSON.stringify(server.logs())).not.toContain(server.operatorKey)
  })
})

describe('GET …/apps', () => {
  it('shows the apps of this project', async () => {
    await using server = await startTestServer()
    const { id, clientAppId } = server.app
    const shown = expect.objectContaining({
      _id: id,
      client_app_id: clientAppId,
      name: 'test',
      group_id: server.projectId,
    })

    const all = await call(server, 'GET', adminPaths.apps(server.projectId))
    const one = await call(server, 'GET', adminPaths.app(server.projectId, id))

    expect(await all.json()).toEqual([shown])
    expect(await one.json()).toEqual(shown)
    expect(await refused(await call(server, 'GET', adminPaths.apps('f'.repeat(24))))).toEqual({
      status: 404,
      error: `project not found: '${'f'.repeat(24)}'`,
    })
    const unknown = await call(server, 'GET', adminPaths.app(server.projectId, 'nobody'))
    expect(await refused(unknown)).toEqual({ status: 404, error: "app not found: 'nobody'" })
  })
})

describe('POST …/deploy', () => {
  it('deploys files, and clients see it at once', async () => {
    await using server = await startTestServer()
    const path = adminPaths.deploy(server.projectId)
    const send = async (on: boolean): Promise<DeployWire> => {
      const files = {
        'root_config.json': rootFile('shop-bbbbb'),
        'auth/providers.json': providers(on),
      }
      return (await (await call(server, 'POST', path, { files })).json()) as DeployWire
    }
    const logIn = () => post(server, clientPaths.login('shop-bbbbb', 'anon-user'), {})

    expect((await logIn()).status).toBe(404)
    expect(await send(true)).toMatchObject({
      outcome: 'deployed',
      app: { client_app_id: 'shop-bbbbb' },
    })
    expect((await logIn()).status).toBe(200)
    expect((await send(true)).outcome).toBe('unchanged')
    expect((await send(false)).outcome).toBe('deployed')
    expect(await refused(await logIn())).toMatchObject({ error_code: 'AuthProviderNotFound' })
  })

  it('refuses wrong files as a whole, naming file and field', async () => {
    await using server = await startTestServer()
    const path = adminPaths.deploy(server.projectId)
    const files = {
      'root_config.json': rootFile('shop-bbbbb'),
      'auth/providers.json': '{"anon-user":',
    }

    const refusal = await refused(await call(server, 'POST', path, { files, source: './shop' }))

    expect(refusal).toMatchObject({ status: 400, error_code: 'BadRequest' })
    expect(server.logs()).toContainEqual(expect.objectContaining({ refusal: 'deploymentRefused' }))
    expect(refusal.error).toContain('./shop')
    expect(refusal.error).toContain('auth/providers.json')
    expect((await post(server, clientPaths.login('shop-bbbbb', 'anon-user'), {})).status).toBe(404)
    expect(await refused(await call(server, 'POST', path, { files: ['x'] }))).toMatchObject({
      status: 400,
      error_code: 'InvalidParameter',
    })
  })

  it('knows no app by an id that is none', async () => {
    await using server = await startTestServer()
    const path = adminPaths.deploy(server.projectId)
    const say = async (appId: string) =>
      refused(await call(server, 'POST', path, { files: {}, app_id: appId }))

    for (const appId of ['shop', '', '__proto__', '0'.repeat(24)]) {
      expect(await say(appId)).toEqual({ status: 404, error: `app not found: '${appId}'` })
    }
  })
})

describe('GET …/mailbox', () => {
  it('shows the letters of the app, newest first', async () => {
    await using server = await startTestServer()
    const { id, clientAppId } = server.app
    const email = 'ada@example.com'
    await post(server, clientPaths.register(clientAppId), { email, password: '123456' })
    await post(server, clientPaths.resetSend(clientAppId), { email })

    const response = await call(server, 'GET', adminPaths.mailbox(server.projectId, id))

    expect(await response.json()).toEqual([
      {
        _id: expect.any(String),
        to: email,
        subject: 'Reset your password',
        text: expect.stringContaining('/pages/reset?'),
        html: expect.stringContaining('<a href='),
        link: expect.stringContaining(`${server.url}/pages/reset?app=${clientAppId}&token=`),
        sent_at: expect.any(Number),
      },
    ])
  })
})
