import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import type { Session } from '../../src/domain/session.ts'
import { newApp, newId, openDeps, type TestDeps } from '../deps/open-deps.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const newSession = (app: App, change: Partial<Session> = {}): Session => ({
  id: newId(),
  appId: app.id,
  userId: newId(),
  deviceId: newId(),
  providerType: 'local-userpass',
  providerId: '65a0c0ffee00000000000e01',
  identityId: newId(),
  createdAt: 0,
  lastUsedAt: 0,
  expiresAt: undefined,
  ...change,
})

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const decode = (token: string, part: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString())

const change = (token: string, part: number, to: (text: string) => string): string =>
  token
    .split('.')
    .map((text, at) => (at === part ? to(text) : text))
    .join('.')

const open = async (): Promise<TestDeps & { app: App }> => {
  const server = await openDeps()
  return { ...server, app: await server.deploy(newApp()) }
}

const refusal = (name: string) => ({ refusal: name })

describe('an access token', () => {
  it('carries the claims that clients read, whole seconds, and lives 30 minutes', async () => {
    await using server = await open()
    const { app, deps } = server
    const session = newSession(app)

    const token = await deps.tokens.issueAccess(app, session, { colour: 'green' })

    const claims = decode(token, 1)
    expect(claims).toEqual({
      typ: 'access',
      iat: Math.floor(deps.now() / 1000),
      exp: Math.floor(deps.now() / 1000) + 1800,
      iss: `http://localhost:9090/api/client/v2.0/app/${app.clientAppId}`,
      aud: app.clientAppId,
      sub: session.userId,
      sid: session.id,
      baas_id: session.id,
      baas_device_id: session.deviceId,
      baas_domain_id: app.id,
      stitch_devId: session.deviceId,
      stitch_domainId: app.id,
      user_data: { colour: 'green' },
    })
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(decode(await deps.tokens.issueAccess(app, session), 1)).not.toHaveProperty('user_data')
  })

  it('can be checked by anybody with the public keys of the app', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueAccess(app, newSession(app))
    const { keys } = await deps.tokens.jwks(app)

    const header = decode(token, 0)
    const [jwk] = keys
    const [first, second, signature = ''] = token.split('.')

    expect(keys).toHaveLength(1)
    expect(Object.keys(jwk ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: jwk?.kid })
    const key = createPublicKey({ key: jwk as never, format: 'jwk' })
    expect(
      verify(
        'sha256',
        Buffer.from(`${first}.${second}`),
        { key, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
    ).toBe(true)
  })

  it('is good until its last second, also when it was checked before', async () => {
    await using server = await open()
    const { app, deps } = server
    const session = newSession(app)
    const token = await deps.tokens.issueAccess(app, session)
    const fresh = await deps.tokens.issueAccess(app, session)

    expect(await deps.tokens.readAccess(token)).toMatchObject({
      app,
      userId: session.userId,
      sessionId: session.id,
      deviceId: session.deviceId,
    })
    server.advance(29 * minuteMs)
    expect(await deps.tokens.readAccess(token)).toMatchObject({ userId: session.userId })
    server.advance(minuteMs)

    for (const old of [token, fresh]) {
      await expect(deps.tokens.readAccess(old)).rejects.toMatchObject({
        ...refusal('accessTokenExpired'),
        message: 'invalid session: access token expired',
      })
    }
  })

  it('costs no store read once it was checked', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueAccess(app, newSession(app))
    await deps.tokens.readAccess(token)

    const startedAt = performance.now()
    for (let round = 0; round < 2000; round += 1) await deps.tokens.readAccess(token)

    expect((performance.now() - startedAt) / 2000).toBeLessThan(0.1)
  })

  it('says what the app is now, not what it was', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueAccess(app, newSession(app))
    await deps.tokens.readAccess(token)

    await server.deploy({ ...app, allowedRequestOrigins: ['https://shop.example'] })

    const { app: now } = await deps.tokens.readAccess(token)
    expect(now.allowedRequestOrigins).toEqual(['https://shop.example'])
  })
})

describe('a forged access token', () => {
  it('is refused in whatever way it was made', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueAccess(app, newSession(app))
    const [header = '', payload = '', signature = ''] = token.split('.')
    const { keys } = await deps.tokens.jwks(app)
    const publicKey = createPublicKey({ key: keys[0] as never, format: 'jwk' })
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const hs256 = (secret: string | Buffer): string => {
      const signed = `${encode({ ...decode(token, 0), alg: 'HS256' })}.${payload}`
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
    }
    const resigned = (dsaEncoding: 'der' | 'ieee-p1363', head = header): string =>
      `${head}.${payload}.${sign('sha256', Buffer.from(`${head}.${payload}`), { key: stranger, dsaEncoding }).toString('base64url')}`
    const withHeader = (fields: object): string =>
      change(token, 0, () => encode({ ...decode(token, 0), ...fields }))

    const forged = {
      'alg none': withHeader({ alg: 'none' }),
      'alg None': withHeader({ alg: 'None' }),
      'alg nOnE without signature': `${encode({ alg: 'nOnE' })}.${payload}.`,
      'no signature': `${header}.${payload}.`,
      'HS256 with the PEM': hs256(publicKey.export({ type: 'spki', format: 'pem' })),
      'HS256 with the DER': hs256(publicKey.export({ type: 'spki', format: 'der' })),
      'HS256 with the JWK': hs256(JSON.stringify(keys[0])),
      'another key': resigned('ieee-p1363'),
      'another key in DER': resigned('der'),
      'its own key in the header': resigned(
        'ieee-p1363',
        encode({
          ...decode(token, 0),
          jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
            format: 'jwk',
          }),
        }),
      ),
      'zeros for a signature': change(token, 2, () => Buffer.alloc(64).toString('base64url')),
      'a longer signature': change(token, 2, text =>
        Buffer.concat([Buffer.from(text, 'base64url'), Buffer.alloc(1)]).toString('base64url'),
      ),
      'another user': change(token, 1, () => encode({ ...decode(token, 1), sub: newId() })),
      'kid unknown': withHeader({ kid: 'x' }),
      'kid __proto__': withHeader({ kid: '__proto__' }),
      'kid of 10 KB': withHeader({ kid: 'k'.repeat(10_000) }),
      'kid a path': withHeader({ kid: '../../../dev/null' }),
      'a jku': withHeader({ jku: 'http://127.0.0.1/keys' }),
      padding: `${token}=`,
      'another alphabet': change(token, 2, text =>
        Buffer.from(text, 'base64url').toString('base64'),
      ),
      'stray bits at the end': change(token, 2, text => `${text.slice(0, -1)}${nextLetter(text)}`),
      'a fourth part': `${token}.${signature}`,
      'two parts': `${header}.${payload}`,
      'no JSON': change(token, 1, () => Buffer.from('{').toString('base64url')),
      'an array of claims': change(token, 1, () => encode([])),
      nothing: '',
      'a word': 'null',
      'white space': ` ${token}`,
      'far too long': `${header}.${'A'.repeat(1_000_000)}.${signature}`,
    }

    for (const [how, bad] of Object.entries(forged)) {
      await expect(deps.tokens.readAccess(bad), how).rejects.toMatchObject({
        ...refusal('sessionInvalid'),
        message: 'invalid session',
      })
    }
    expect(await deps.tokens.readAccess(token)).toMatchObject({ app })
  })

  it('of another app, of another kind or from the future is refused', async () => {
    await using server = await open()
    const { app, deps } = server
    const other = await server.deploy(newApp({ clientAppId: 'other-abcde' }))
    const session = newSession(app)
    const token = await deps.tokens.issueAccess(other, session)
    const swapped = change(token, 1, () => encode({ ...decode(token, 1), baas_domain_id: app.id }))
    const gone = newApp({ clientAppId: 'gone-abcde' })

    const bad = [
      swapped,
      await deps.tokens.issueRefresh(app, session),
      await deps.tokens.issueAccess(gone, session),
    ]
    server.advance(2 * minuteMs)
    bad.push(await deps.tokens.issueAccess(app, session))
    server.advance(-2 * minuteMs)

    for (const token of bad) {
      await expect(deps.tokens.readAccess(token)).rejects.toMatchObject(refusal('sessionInvalid'))
    }
  })
})

describe('a refresh token', () => {
  it('carries the claims of the original and ends with its session', async () => {
    await using server = await open()
    const { app, deps } = server
    const session = newSession(app, { expiresAt: deps.now() + 60 * dayMs })

    const token = await deps.tokens.issueRefresh(app, session)

    const identity = {
      id: session.identityId,
      provider_type: 'local-userpass',
      provider_id: session.providerId,
    }
    expect(decode(token, 1)).toMatchObject({
      typ: 'refresh',
      exp: Math.floor((deps.now() + 60 * dayMs) / 1000),
      baas_id: session.id,
      stitch_id: session.id,
      baas_data: null,
      stitch_data: null,
      baas_identity: identity,
      stitch_ident: identity,
      baas_device_id: session.deviceId,
      stitch_devId: session.deviceId,
    })
    expect(decode(token, 0)).toMatchObject({ alg: 'HS256' })
    expect(await deps.tokens.readRefresh(token)).toEqual({
      app,
      userId: session.userId,
      sessionId: session.id,
    })
    server.advance(60 * dayMs)
    await expect(deps.tokens.readRefresh(token)).rejects.toMatchObject({
      ...refusal('refreshTokenUnknown'),
      message: 'invalid session: failed to find refresh token',
    })
  })

  it('of an anonymous user is good for 50 years', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueRefresh(app, newSession(app))

    const { iat, exp } = decode(token, 1)
    expect(Number(exp) - Number(iat)).toBe(18_250 * 24 * 60 * 60)
    server.advance(18_249 * dayMs)
    expect(await deps.tokens.readRefresh(token)).toMatchObject({ app })
  })

  it('cannot be an access token, and says so', async () => {
    await using server = await open()
    const { app, deps } = server
    const token = await deps.tokens.issueAccess(app, newSession(app))

    await expect(deps.tokens.readRefresh(token)).rejects.toMatchObject({
      ...refusal('tokenTypeWrong'),
      message: 'invalid refresh token: incorrect token type',
    })
  })

  it('that was forged, or is of another app, is of no session', async () => {
    await using server = await open()
    const { app, deps } = server
    const other = await server.deploy(newApp({ clientAppId: 'other-abcde' }))
    const token = await deps.tokens.issueRefresh(app, newSession(app))
    const ofOther = await deps.tokens.issueRefresh(other, newSession(other))

    const bad = [
      change(token, 0, () => encode({ alg: 'none' })),
      change(token, 1, () => encode({ ...decode(token, 1), sub: newId() })),
      change(token, 2, () => Buffer.alloc(32).toString('base64url')),
      change(token, 2, text => text.slice(0, 40)),
      change(ofOther, 1, () => encode({ ...decode(ofOther, 1), baas_domain_id: app.id })),
      'null',
      '',
    ]

    for (const text of bad) {
      await expect(deps.tokens.readRefresh(text)).rejects.toMatchObject(
        refusal('refreshTokenUnknown'),
      )
    }
  })
})

describe('the keys of an app', () => {
  it('are made once, however many ask for them first', async () => {
    await using server = await open()
    const { app, deps } = server

    const tokens = await Promise.all(
      Array.from({ length: 8 }, () => deps.tokens.issueAccess(app, newSession(app))),
    )

    expect(new Set(tokens.map(token => decode(token, 0).kid)).size).toBe(1)
    expect(await server.store.signingKeys.listByApp(app.id)).toHaveLength(2)
  })

  it('are of one app only, and nobody reads them in the store', async () => {
    await using server = await open()
    const { app, deps } = server
    const other = await server.deploy(newApp({ clientAppId: 'other-abcde' }))

    const [mine, theirs] = await Promise.all([deps.tokens.jwks(app), deps.tokens.jwks(other)])

    expect(mine.keys[0]?.kid).not.toBe(theirs.keys[0]?.kid)
    const [key] = await server.store.signingKeys.listByApp(app.id)
    const sealed = key?.sealed ?? new Uint8Array()
    const der = deps.secrets.open(sealed, `signingKeys/${app.id}/access/1`)
    expect(createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' }).type).toBe(
      'private',
    )
    expect(() =>
      createPrivateKey({ key: Buffer.from(sealed), type: 'pkcs8', format: 'der' }),
    ).toThrow()
  })
})

/** The letter after the last one: it differs in bits that the length of the signature leaves over. */
const nextLetter = (text: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return letters[letters.indexOf(text.at(-1) ?? 'A') + 1] ?? 'B'
}
