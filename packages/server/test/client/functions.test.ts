import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from './clients.ts'

const functions = {
  sum: 'exports = (...numbers) => numbers.reduce((sum, number) => sum + number, 0)',
  echo: 'exports = value => value',
  nothing: 'exports = () => {}',
  whoAmI: 'exports = () => ({ id: context.user.id, type: context.user.type })',
  request: 'exports = () => context.request',
  broken: 'exports = () => { throw new Error("out of plums") }',
  endless: 'exports = () => { for (;;) {} }',
  hidden: { source: 'exports = () => true', private: true },
  isAda: {
    source: 'exports = email => email === "ada@example.com" && context.user.id !== undefined',
    private: true,
  },
  forRegistered: {
    source: 'exports = () => "in"',
    canEvaluate: { '%%user.data.email': { '%exists': true } },
  },
  forAda: {
    source: 'exports = () => "in"',
    canEvaluate: { '%%true': { '%function': { name: 'isAda', arguments: ['%%user.data.email'] } } },
  },
  forSecret: { source: 'exports = () => "in"', canEvaluate: { '%%values.door': 'open' } },
} satisfies TestApp['functions']

const startShop = (settings = {}) =>
  startTestServer({ app: { functions, values: { door: 'open' } }, settings })

const call = (server: TestServer, bearer: string, json: object): Promise<Response> =>
  server.request('POST', clientPaths.callFunction(server.app.clientAppId), { json, bearer })

const resultOf = async (
  server: TestServer,
  bearer: string,
  name: string,
  ...args: unknown[]
): Promise<unknown> => {
  const response = await call(server, bearer, { name, arguments: args })
  expect(response.headers.get('content-type')).toBe('application/json')
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return JSON.parse(text)
}

const register = (server: TestServer, email: string): Promise<Response> =>
  server.request('POST', clientPaths.register(server.app.clientAppId), {
    json: { email, password: 'a-secret' },
  })

describe('POST …/functions/call', () => {
  it('answers the bare result as extended JSON that all clients read', async () => {
    await using server = await startShop()
    const { access_token: token, user_id: userId } = await logIn(server, 'anon-user')
    const oid = { $oid: '65a0c0ffee0000000000beef' }

    expect(await resultOf(server, token, 'sum', 1, 2, 12)).toEqual({ $numberLong: '15' })
    const longs = [{ $numberLong: '1' }, { $numberInt: '2' }]
    expect(await resultOf(server, token, 'sum', ...longs)).toEqual({ $numberLong: '3' })
    expect(await resultOf(server, token, 'sum', 0.5)).toEqual({ $numberDouble: '0.5' })
    expect(await resultOf(server, token, 'echo', 'bonjour')).toBe('bonjour')
    expect(await resultOf(server, token, 'echo', null)).toBe(null)
    expect(await resultOf(server, token, 'echo', [{ id: oid }])).toEqual([{ id: oid }])
    expect(await resultOf(server, token, 'nothing')).toEqual({ $undefined: true })
    expect(await resultOf(server, token, 'whoAmI')).toEqual({ id: userId, type: 'normal' })
    const bare = await call(server, token, { name: 'whoAmI' })
    expect(bare.status).toBe(200)
  })

  it('tells the function of the request, and nothing that would let it in as the user', async () => {
    await using server = await startShop()
    const { access_token: token } = await logIn(server, 'anon-user')

    const request = (await resultOf(server, token, 'request')) as Record<string, unknown>

    expect(request).toMatchObject({ httpMethod: 'POST', remoteIPAddress: '127.0.0.1' })
    expect(request.requestHeaders).toMatchObject({ 'Content-Type': ['application/json'] })
    expect(JSON.stringify(request)).not.toContain(token)
    const path = `${clientPaths.callFunction(server.app.clientAppId)}?secret=hush&page=2&token=hush`
    const asked = { json: { name: 'request' }, bearer: token }
    expect(await (await server.request('POST', path, asked)).json()).toMatchObject({
      rawQueryString: 'page=2',
    })
  })

  it('says what the function threw', async () => {
    await using server = await startShop()
    const { access_token: token } = await logIn(server, 'anon-user')

    expect(await refused(await call(server, token, { name: 'broken' }))).toEqual({
      status: 400,
      error: 'out of plums',
      error_code: 'FunctionExecutionError',
    })
  })

  it('ends a function that takes too long', async () => {
    await using server = await startShop({ functionSeconds: 1 })
    const { access_token: token } = await logIn(server, 'anon-user')

    expect(await refused(await call(server, token, { name: 'endless' }))).toEqual({
      status: 400,
      error: 'execution time limit exceeded',
      error_code: 'ExecutionTimeLimitExceeded',
    })
  })

  it('knows neither unknown nor private functions, nor services', async () => {
    await using server = await startShop()
    const { access_token: token } = await logIn(server, 'anon-user')

    for (const name of ['unknown', 'hidden', 'constructor']) {
      expect(await refused(await call(server, token, { name, arguments: [] }))).toEqual({
        status: 404,
        error: `function not found: '${name}'`,
        error_code: 'FunctionNotFound',
      })
    }
    const ofService = { name: 'find', arguments: [{}], service: 'mongodb-atlas' }
    expect(await refused(await call(server, token, ofService))).toEqual({
      status: 404,
      error: "service not found: 'mongodb-atlas'",
      error_code: 'ServiceNotFound',
    })
  })

  it('runs what can_evaluate lets the user run', async () => {
    await using server = await startShop()
    const { access_token: guest } = await logIn(server, 'anon-user')
    await register(server, 'ada@example.com')
    await register(server, 'bob@example.com')
    const credentials = { password: 'a-secret' }
    const { access_token: ada } = await logIn(server, 'local-userpass', {
      ...credentials,
      username: 'ada@example.com',
    })
    const { access_token: bob } = await logIn(server, 'local-userpass', {
      ...credentials,
      username: 'bob@example.com',
    })

    expect(await resultOf(server, guest, 'forSecret')).toBe('in')
    expect(await resultOf(server, bob, 'forRegistered')).toBe('in')
    expect(await resultOf(server, ada, 'forAda')).toBe('in')
    for (const [token, name] of [
      [guest, 'forRegistered'],
      [guest, 'forAda'],
      [bob, 'forAda'],
    ] as const) {
      expect(await refused(await call(server, token, { name }))).toEqual({
        status: 400,
        error: `rule not matched for function "${name}"`,
        error_code: 'FunctionExecutionError',
      })
    }
  })

  it('needs an access token of a user of this app who is there', async () => {
    await using server = await startTestServer({
      app: [{ functions }, { clientAppId: 'other-aaaaa', functions }],
    })
    const ada = await logIn(server, 'anon-user')
    const stranger = await logIn(server, 'anon-user', {}, server.apps[1])
    const path = clientPaths.callFunction(server.app.clientAppId)

    expect(await refused(await server.request('POST', path, { json: {} }))).toEqual({
      status: 401,
      error: 'must authenticate first',
    })
    const session = { status: 401, error: 'invalid session', error_code: 'InvalidSession' }
    const json = { name: 'whoAmI', arguments: [] }
    for (const bearer of [ada.refresh_token, stranger.access_token]) {
      expect(await refused(await call(server, bearer, json))).toEqual(session)
    }
    await server.request('DELETE', clientPaths.deleteUser(), { bearer: ada.access_token })
    expect(await refused(await call(server, ada.access_token, json))).toEqual(session)
  })

  it('takes calls that are calls', async () => {
    await using server = await startShop()
    const { access_token: token } = await logIn(server, 'anon-user')
    const wrong = [
      [{}, "'name' is a required string"],
      [{ name: { $ne: null } }, "'name' must be of type string"],
      [{ name: '' }, "'name' is not valid"],
      [{ name: 'x'.repeat(257) }, "'name' is too long"],
      [{ name: 'echo', arguments: { 0: 1 } }, "'arguments' must be of type array"],
      [{ name: 'echo', arguments: [{ $oid: 'x' }] }, expect.stringContaining('$oid')],
      [{ name: 'echo', service: 1 }, "'service' must be of type string"],
    ] as const

    for (const [json, error] of wrong) {
      expect(await refused(await call(server, token, json))).toMatchObject({ status: 400, error })
    }
  })

  it('takes large calls, up to the limit of the settings', async () => {
    await using server = await startShop({ bodyLimitBytes: 200_000 })
    const { access_token: token } = await logIn(server, 'anon-user')

    expect(await resultOf(server, token, 'echo', 'x'.repeat(100_000))).toHaveLength(100_000)
    const tooLarge = await call(server, token, { name: 'echo', arguments: ['x'.repeat(200_000)] })
    expect(await refused(tooLarge)).toMatchObject({
      status: 413,
      error: 'body is larger than 200000 bytes',
    })
  })
})
