import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { startWireServer } from './wire-server.ts'

const inMemory = { mode: 'inMemory' } as const
const anonymous = () => Credentials.anonymous(false)

describe('the server address', () => {
  it('is asked for once, before the first request and not before', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'test-aaaaa', baseUrl: `${server.url}//`, metadata: inMemory })
    expect(server.requests).toEqual([])

    await app.logIn(anonymous())
    await app.logIn(anonymous())

    expect(server.requests[0]?.path).toBe('/api/client/v2.0/app/test-aaaaa/location')
    expect(server.count('GET', '/location')).toBe(1)
  })

  it('is where all later requests go', async () => {
    await using front = await startWireServer()
    await using back = await startWireServer()
    front.answerWith(() => ({ status: 200, body: { hostname: back.url, ws_hostname: '' } }))
    const app = new App({ id: 'test-aaaaa', baseUrl: front.url, metadata: inMemory })

    await app.logIn(anonymous())

    expect(front.requests.length).toBe(1)
    expect(back.count('POST', '/anon-user/login')).toBe(1)
    expect(app.baseUrl).toBe(front.url)
  })

  it('is asked for again after it could not be had', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'test-aaaaa', baseUrl: server.url, metadata: inMemory })
    server.answerWith(() => ({ status: 503, body: { error: 'too busy' } }))
    await expect(app.logIn(anonymous())).rejects.toMatchObject({
      message: 'too busy',
      statusCode: 503,
    })

    server.answerWith(() => undefined)
    const user = await app.logIn(anonymous())

    expect(user.isLoggedIn).toBe(true)
  })

  it('stays the old one when the new one gives no location', async () => {
    await using server = await startWireServer()
    await using other = await startWireServer()
    const app = new App({ id: 'test-aaaaa', baseUrl: server.url, metadata: inMemory })

    await expect(app.updateBaseUrl('http://127.0.0.1:1')).rejects.toThrow(
      'request to http://127.0.0.1:1/api/client/v2.0/app/test-aaaaa/location failed',
    )
    expect(app.baseUrl).toBe(server.url)
    await app.updateBaseUrl(other.url)

    expect(app.baseUrl).toBe(other.url)
    await app.logIn(anonymous())
    expect(other.count('POST', '/anon-user/login')).toBe(1)
  })

  it('cannot be assigned', () => {
    const app = new App({ id: 'test-aaaaa', metadata: inMemory })

    expect(() => {
      app.baseUrl = 'http://elsewhere'
    }).toThrow("Cannot assign the base URL, please use 'updateBaseUrl()'")
    expect(app.baseUrl).toBe('http://localhost:9090')
  })

  it('is refused when it is no address', () => {
    for (const baseUrl of ['nonsense', 'ftp://host', 'http://']) {
      expect(() => new App({ id: 'a', baseUrl, metadata: inMemory })).toThrow(
        `'${baseUrl}' is no http or https address`,
      )
    }
  })
})

describe('a request', () => {
  it('that reaches nobody rejects with the address and code 4000', async () => {
    const gone = await startWireServer()
    await gone[Symbol.asyncDispose]()
    const app = new App({ id: 'smurf', baseUrl: gone.url, metadata: inMemory })

    const error = await app.logIn(anonymous()).catch((caught: unknown) => caught)

    expect(error).toMatchObject({ name: 'RegentError', code: 4000, statusCode: undefined })
    expect((error as Error).message).toContain(
      `request to ${gone.url}/api/client/v2.0/app/smurf/location failed, reason: connect ECONNREFUSED`,
    )
  })

  it('ends after the timeout', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, timeout: 50, metadata: inMemory })
    server.answerWith(() => new Promise(() => undefined))

    await expect(app.logIn(anonymous())).rejects.toMatchObject({
      code: 4000,
      message: expect.stringContaining('timeout'),
    })
  })

  it('goes through the fetch of the configuration', async () => {
    await using server = await startWireServer()
    const urls: string[] = []
    const through = (url: string, init: RequestInit) => {
      urls.push(url)
      return fetch(url, init)
    }
    const app = new App({ id: 'a', baseUrl: server.url, fetch: through, metadata: inMemory })

    await app.logIn(anonymous())

    expect(urls).toEqual(server.requests.map(seen => `${server.url}${seen.path}`))
  })

  it('does not carry a password to where a redirect points', async () => {
    await using server = await startWireServer()
    await using thief = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: inMemory })
    server.answerWith(({ path }) =>
      path.endsWith('/login')
        ? { status: 307, headers: { location: `${thief.url}${path}` } }
        : undefined,
    )

    await expect(app.logIn(Credentials.emailPassword('ada', 'secret'))).rejects.toMatchObject({
      code: 4309,
      statusCode: 307,
    })
    expect(thief.requests).toEqual([])
  })

  it('has the headers of a JSON call', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: inMemory })

    await app.logIn(anonymous())

    const [location, login, profile] = server.requests
    expect(location?.headers).not.toHaveProperty('authorization')
    expect(login?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
    })
    expect(login?.headers).not.toHaveProperty('authorization')
    expect(profile?.headers.authorization).toMatch(/^Bearer .+\..+\..+$/)
  })
})

describe('an error of the server', () => {
  it('carries all the wire says, and the number of its code', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: inMemory })
    const link = `${server.url}/groups/g/apps/a/logs?co_id=1`
    server.answerWith(({ path }) =>
      path.endsWith('/register')
        ? {
            status: 409,
            body: { error: 'name already in use', error_code: 'AccountNameInUse', link },
            headers: { 'x-appservices-request-id': '1' },
          }
        : undefined,
    )

    const error = await app.emailPasswordAuth
      .registerUser({ email: 'ada', password: 'password' })
      .catch((caught: unknown) => caught)

    expect((error as Error).name).toBe('RegentError')
    expect({ ...(error as object), message: (error as Error).message }).toEqual({
      message: 'name already in use',
      code: 4348,
      errorCode: 'AccountNameInUse',
      link,
      statusCode: 409,
      statusText: 'Conflict',
      method: 'POST',
      url: `${server.url}/api/client/v2.0/app/a/auth/providers/local-userpass/register`,
      requestId: '1',
      hint: expect.stringContaining('have the password reset'),
    })
  })

  it('has the code that the Realm SDK gives for what it does not know', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: inMemory })
    const cases: [object | string, number, string][] = [
      [{ error: 'x', error_code: 'BadChangeset' }, 4355, 'x'],
      [{ error: 'x' }, 4351, 'x'],
      [{ error: 'x', error_code: '' }, 4351, 'x'],
      [{ error_code: 'MongoDBError' }, 4311, 'no error message'],
      ['<h1>oops</h1>', 4309, 'http error code considered fatal: <h1>oops</h1>'],
      [{ ok: false }, 4309, 'http error code considered fatal: {"ok":false}'],
    ]
    for (const [body, code, message] of cases) {
      server.answerWith(({ path }) => (path.endsWith('/login') ? { status: 500, body } : undefined))
      await expect(app.logIn(anonymous())).rejects.toMatchObject({ code, message })
    }
  })

  it('is told from an answer that is broken', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: inMemory })
    const token = (await (async () => (await app.logIn(anonymous())).accessToken)()) ?? ''
    const login = { access_token: token, refresh_token: token, user_id: 'u', device_id: 'd' }
    const cases: [object | string, number][] = [
      ['{"access_token":', 4201],
      [{}, 4202],
      [{ ...login, user_id: 7 }, 4202],
      [{ ...login, refresh_token: 'opaque' }, 4200],
      [{ ...login, access_token: 'a.b.c' }, 4200],
    ]
    for (const [body, code] of cases) {
      server.answerWith(({ path }) => (path.endsWith('/login') ? { status: 200, body } : undefined))
      await expect(app.logIn(anonymous())).rejects.toMatchObject({ code })
    }
    expect(Object.keys(app.allUsers)).toHaveLength(1)
  })
})
