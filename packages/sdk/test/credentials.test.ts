import { inspect } from 'node:util'
import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { startWireServer } from './wire-server.ts'

type Any = (...values: unknown[]) => Credentials
const emailPassword = Credentials.emailPassword as Any
const google = Credentials.google as Any

describe('credentials', () => {
  it('reach the server as the Realm SDK sends them', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: { mode: 'inMemory' } })
    const _id = new ObjectId('65a0c0ffee0000000000beef')
    const cases: [Credentials, string, object][] = [
      [Credentials.anonymous(), 'anon-user', {}],
      [
        Credentials.emailPassword('ada', 'secret'),
        'local-userpass',
        { username: 'ada', password: 'secret' },
      ],
      [
        Credentials.emailPassword({ email: 'ada', password: 'secret' }),
        'local-userpass',
        { username: 'ada', password: 'secret' },
      ],
      [Credentials.apiKey('k'), 'api-key', { key: 'k' }],
      [Credentials.jwt('t'), 'custom-token', { token: 't' }],
      [Credentials.facebook('t'), 'oauth2-facebook', { accessToken: 't' }],
      [Credentials.google({ authCode: 'c' }), 'oauth2-google', { authCode: 'c' }],
      [Credentials.google({ idToken: 't' }), 'oauth2-google', { id_token: 't' }],
      [Credentials.apple('t'), 'oauth2-apple', { id_token: 't' }],
      [
        Credentials.apple({ idToken: 't', authCode: 'c', nonce: 'n' }),
        'oauth2-apple',
        { id_token: 't', authCode: 'c', nonce: 'n' },
      ],
      [Credentials.openId({ idToken: 't' }), 'oauth2-oidc', { id_token: 't' }],
      [
        Credentials.openId({ authCode: 'c', redirectUri: 'https://a.example', codeVerifier: 'v' }),
        'oauth2-oidc',
        { authCode: 'c', redirectUri: 'https://a.example', codeVerifier: 'v' },
      ],
    ]
    server.answerWith(({ path }) => (path.endsWith('/login') ? { status: 400 } : undefined))
    for (const [credentials, provider, payload] of cases) {
      await expect(app.logIn(credentials)).rejects.toMatchObject({ statusCode: 400 })
      const { path, body } = server.requests.at(-1) ?? {}
      expect(path).toBe(`/api/client/v2.0/app/a/auth/providers/${provider}/login`)
      expect(body).toEqual({ ...payload, provider, options: { device: expect.any(Object) } })
    }

    const payload = { _id, age: 3, at: new Date(0), options: 'mine' }
    await expect(app.logIn(Credentials.function(payload))).rejects.toThrow()
    expect(server.requests.at(-1)?.body).toEqual({
      _id: { $oid: '65a0c0ffee0000000000beef' },
      age: { $numberInt: '3' },
      at: { $date: { $numberLong: '0' } },
      options: { device: expect.any(Object) },
    })
  })

  it('come with a description of the device', async () => {
    await using server = await startWireServer()
    const app = new App({ id: 'a', baseUrl: server.url, metadata: { mode: 'inMemory' } })

    await app.logIn(Credentials.anonymous(false))
    await app.logIn(Credentials.anonymous(false))

    const logins = server.requests.filter(seen => seen.path.endsWith('/login'))
    const devices = logins.map(({ body }) => (body as { options: { device: object } }).options)
    expect(devices[0]?.device).toMatchObject({
      appId: 'a',
      sdkVersion: '0.1.0',
      frameworkName: 'Node.js',
      frameworkVersion: process.version,
    })
    expect(devices[0]?.device).not.toHaveProperty('deviceId')
    expect(devices[1]?.device).toMatchObject({ deviceId: { $oid: '65a0c0ffee0000000000d001' } })
  })

  it('are refused when they are no strings', () => {
    const cases: [() => Credentials, string][] = [
      [
        () => emailPassword({ email: undefined, password: 'x' }),
        "Expected 'email' to be a string, got undefined",
      ],
      [
        () => emailPassword({ email: 'x', password: undefined }),
        "Expected 'password' to be a string, got undefined",
      ],
      [() => emailPassword('x'), "Expected 'password' to be a string, got undefined"],
      [() => emailPassword(), "Expected 'email' to be a string, got undefined"],
      [
        () => emailPassword({ email: {}, password: 'x' }),
        "Expected 'email' to be a string, got an",
      ],
      [() => (Credentials.apiKey as Any)(1), "Expected 'key' to be a string, got a number"],
      [() => (Credentials.jwt as Any)(), "Expected 'token' to be a string, got undefined"],
      [() => (Credentials.facebook as Any)(), "Expected 'token' to be a string, got undefined"],
      [() => (Credentials.apple as Any)(), "Expected 'token' to be a string, got undefined"],
      [() => (Credentials.function as Any)('x'), "Expected 'payload' to be an object, got a"],
      [() => google({}), 'Must supply either an authCode or idToken field'],
      [
        () => google({ authCode: 'a', idToken: 'b' }),
        'Must not supply both an authCode or idToken field',
      ],
      [() => google({ idToken: 1 }), "Expected 'idToken' to be a string, got a number"],
      [() => google('t'), "Expected 'authObject' to be an object, got a string"],
      [() => google({ idToken: 't', nonce: 1 }), "Expected 'nonce' to be a string, got a number"],
      [() => (Credentials.apple as Any)({}), 'Must supply either an authCode or idToken field'],
      [() => (Credentials.openId as Any)(), "Expected 'authObject' to be an object, got undefined"],
      [
        () => (Credentials.openId as Any)({ authCode: 'a', idToken: 'b' }),
        'Must not supply both an authCode or idToken field',
      ],
    ]
    for (const [make, message] of cases) expect(make).toThrow(message)
  })

  it('are no address of a redirect, which only a browser can follow', () => {
    const url = 'https://shop.example/done'
    const cases = [
      () => google({ redirectUrl: url }),
      () => google(url),
      () => Credentials.facebook(url),
      () => Credentials.apple(url),
      () => (Credentials.openId as Any)({ redirectUrl: url }),
    ]
    for (const make of cases) {
      expect(make).toThrow(
        `Logging in by a redirect ('${url}') needs a browser: get a token or a code from the provider and pass that`,
      )
    }
  })

  it('do not show when they are printed', () => {
    const credentials = Credentials.emailPassword('ada', 'secret')

    expect(inspect(credentials, { showHidden: true, depth: 9 })).not.toContain('secret')
    expect(JSON.stringify(credentials)).toBe('{}')
  })

  it('are what app.logIn wants', async () => {
    const app = new App({ id: 'a', metadata: { mode: 'inMemory' } })

    await expect(app.logIn({ token: 'x' } as unknown as Credentials)).rejects.toThrow(
      "Expected 'credentials' to be an instance of Credentials, got an object",
    )
  })
})
