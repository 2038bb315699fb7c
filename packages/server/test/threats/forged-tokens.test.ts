import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, profileOf, refused } from '../client/clients.ts'
import { forge } from './forge.ts'
import { ada, logInAda, newestToken, register } from './people.ts'

const takesAccess = [
  ['GET', clientPaths.profile()],
  ['DELETE', clientPaths.deleteUser()],
  ['POST', `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`],
] as const
const takesRefresh = [
  ['POST', clientPaths.session()],
  ['DELETE', clientPaths.session()],
] as const

const ask = async (server: TestServer, [method, path]: readonly [string, string], bearer: string) =>
  refused(await server.request(method, path, { bearer, ...(method !== 'GET' && { json: {} }) }))

describe('a forged token', () => {
  it('is the same 401 on every path that takes an access token', async () => {
    await using server = await startTestServer()
    const { access_token, user_id } = await logIn(server, 'anon-user')
    const { keys } = await server.deps.tokens.jwks(server.app)
    const forged = forge(access_token, keys[0] ?? {})

    expect(Object.keys(forged).length).toBeGreaterThan(40)
    for (const route of takesAccess) {
      for (const [how, bearer] of Object.entries(forged)) {
        expect(await ask(server, route, bearer), `${route[1]} ${how}`).toEqual({
          status: 401,
          error: 'invalid session',
          error_code: 'InvalidSession',
        })
      }
    }
    expect((await profileOf(server, access_token)).user_id).toBe(user_id)
  })

  it('ends and renews no session', async () => {
    await using server = await startTestServer()
    const { refresh_token } = await logIn(server, 'anon-user')
    const { keys } = await server.deps.tokens.jwks(server.app)

    for (const route of takesRefresh) {
      for (const [how, bearer] of Object.entries(forge(refresh_token, keys[0] ?? {}))) {
        expect(await ask(server, route, bearer), `${route[0]} ${how}`).toMatchObject({
          status: 401,
          error_code: 'InvalidSession',
        })
      }
    }
    const renewed = await server.request('POST', clientPaths.session(), { bearer: refresh_token })
    expect(renewed.status).toBe(201)
  })
})

describe('a token of the wrong kind', () => {
  it('opens nothing: access, refresh, letters and operator each have their own doors', async () => {
    await using server = await startTestServer()
    await register(server)
    const { access_token, refresh_token } = await logInAda(server)
    await post(server, clientPaths.resetSend('test-aaaaa'), { email: ada.email })
    const { token = '', tokenId = '' } = await newestToken(server)
    const ofLetters = [token, tokenId, `${tokenId}.${token}`]
    const { operatorKey, projectId } = server
    const forClients = [...takesAccess, ...takesRefresh]
    const forOperators = [
      ['GET', adminPaths.profile()],
      ['GET', adminPaths.users(projectId, server.app.id)],
      ['GET', adminPaths.mailbox(projectId, server.app.id)],
      ['POST', adminPaths.deploy(projectId)],
    ] as const

    for (const route of takesAccess)
      expect((await ask(server, route, refresh_token)).status).toBe(401)
    for (const route of takesRefresh)
      expect((await ask(server, route, access_token)).status).toBe(401)
    for (const route of forClients) {
      for (const bearer of [...ofLetters, operatorKey]) {
        expect((await ask(server, route, bearer)).status).toBe(401)
      }
    }
    for (const route of forOperators) {
      for (const bearer of [access_token, refresh_token, ...ofLetters, operatorKey.toUpperCase()]) {
        expect(await ask(server, route, bearer)).toMatchObject({ error: 'invalid session' })
      }
    }
    expect(
      (await server.request('GET', clientPaths.profile(), { bearer: access_token })).status,
    ).toBe(200)
  })

  it('of another app on the same server is none here (CVE-2026-30863)', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'test-aaaaa' }, { clientAppId: 'other-bbbbb' }],
    })
    await register(server)
    const link = `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`
    const json = { username: ada.email, password: ada.password }
    const other = await server.request('POST', clientPaths.login('other-bbbbb', 'anon-user'), {
      json: {},
    })
    const { access_token, refresh_token } = (await other.json()) as Record<string, string>
    const mine = await logIn(server, 'anon-user')
    const parts = (bearer = ''): string[] => bearer.split('.')
    const [head, , signature] = parts(access_token)
    const swapped = [
      [head, parts(mine.access_token)[1], signature].join('.'),
      [parts(mine.access_token)[0], parts(access_token)[1], signature].join('.'),
      [...parts(mine.refresh_token).slice(0, 2), parts(refresh_token)[2]].join('.'),
    ]

    expect(
      await refused(await server.request('POST', link, { bearer: access_token ?? '', json })),
    ).toMatchObject({ status: 401, error: 'invalid session' })
    for (const bearer of swapped) {
      for (const route of [...takesAccess, ...takesRefresh]) {
        expect((await ask(server, route, bearer)).status).toBe(401)
      }
    }
  })
})

describe('a token that the right key signed', () => {
  it('is good only with the claims we write, its times whole seconds', async () => {
    await using server = await startTestServer()
    const { access_token } = await logIn(server, 'anon-user')
    const [key] = await server.deps.store.signingKeys.listByApp(server.app.id)
    const place = `signingKeys/${server.app.id}/access/1`
    const der = server.deps.secrets.open(key?.sealed ?? new Uint8Array(), place)
    const privateKey = createPrivateKey({ key: Buffer.from(der), type: 'pkcs8', format: 'der' })
    expect(createPublicKey(privateKey).asymmetricKeyType).toBe('ec')
    const [head = ''] = access_token.split('.')
    const signed = (payload: string): string => {
      const text = `${head}.${Buffer.from(payload).toString('base64url')}`
      const how = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${text}.${sign('sha256', Buffer.from(text), how).toString('base64url')}`
    }
    const claims = claimsOf(access_token)
    const withClaim = (name: string, json: string): string => {
      const { [name]: _, ...rest } = claims
      const others = JSON.stringify(rest).slice(1, -1)
      return signed(json === '' ? `{${others}}` : `{${others},"${name}":${json}}`)
    }
    const { exp, iat } = claims as Record<string, number>
    const now = Number(iat)
    const bad: [name: string, json: string][] = [
      ...[
        '',
        'null',
        '0',
        '""',
        '[]',
        '{}',
        'true',
        '-1',
        '1e400',
        '-1e400',
        '9007199254740993',
      ].map((json): [string, string] => ['exp', json]),
      ['exp', `"${exp}"`],
      ['exp', `${exp}.5`],
      ['exp', String(now - 1)],
      ['iat', ''],
      ['iat', 'null'],
      ['iat', `"${now}"`],
      ['iat', `${now}.5`],
      ['iat', String(now + 120)],
      ['iat', '1e400'],
      ...['sub', 'sid', 'baas_id', 'baas_device_id', 'baas_domain_id', 'aud', 'typ'].flatMap(name =>
        ['', 'null', '0', '""', '[]', '{"$ne":null}', '"refresh"'].map((json): [string, string] => [
          name,
          json,
        ]),
      ),
    ]

    for (const [name, json] of bad) {
      const answer = await server.request('GET', clientPaths.profile(), {
        bearer: withClaim(name, json),
      })
      expect(answer.status, `${name}: ${json}`).toBe(401)
      expect((await refused(answer)).error_code).toBe('InvalidSession')
    }
    const good = withClaim('iat', String(now + 30))
    expect((await profileOf(server, good)).user_id).toBe(claims.sub)
  })
})
