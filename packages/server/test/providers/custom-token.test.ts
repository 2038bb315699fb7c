import { ada, startOpenIdProvider } from '@regent/dev-openid'
import { clientPaths } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { logIn, profileOf, refused } from '../client/clients.ts'
import { newEc, newEdwards, newRsa, signWithSecret } from '../security/signers.ts'
import { startWeb } from '../security/web.ts'
import {
  claimsOfAda,
  reasons,
  seconds,
  secret,
  startShop,
  tokenOfAda,
  tryToken,
} from './token-shop.ts'

const unauthorized = { status: 401, error: 'unauthorized', error_code: 'AuthError' }
const noProvider = {
  status: 503,
  error: "the auth provider 'custom-token' cannot be reached now, try again",
}

describe('POST …/providers/custom-token/login', () => {
  it('makes a user at the first log-in, whose identity is the sub, and finds it again', async () => {
    await using server = await startShop()

    const first = await logIn(server, 'custom-token', { token: tokenOfAda() })
    const again = await logIn(server, 'custom-token', {
      provider: 'custom-token',
      token: tokenOfAda(),
    })
    const other = await logIn(server, 'custom-token', { token: tokenOfAda({ sub: 'bob' }) })

    expect(again.user_id).toBe(first.user_id)
    expect(other.user_id).not.toBe(first.user_id)
    expect(await profileOf(server, first.access_token)).toMatchObject({
      type: 'normal',
      identities: [{ id: 'ada', provider_type: 'custom-token' }],
      data: {},
    })
  })

  it('takes a token as often as one likes, until it expires', async () => {
    await using server = await startShop()
    const token = tokenOfAda()
    await logIn(server, 'custom-token', { token })
    await logIn(server, 'custom-token', { token })

    server.advance(3_661_000)

    expect(await refused(await tryToken(server, token))).toEqual(unauthorized)
    expect(reasons(server)).toEqual(['it has expired'])
    expect(await server.deps.activity.find({ failed: true })).toMatchObject([
      { event: 'login', error: 'unauthorized', detail: 'it has expired' },
    ])
  })

  it('puts the mapped claims into the profile, those and no other, anew at each log-in', async () => {
    await using server = await startShop({
      fields: [
        { name: 'user_data.name', fieldName: 'name', required: true },
        { name: 'mail\\.home', fieldName: 'email', required: false },
      ],
    })
    const data = { user_data: { name: 'Ada' }, 'mail.home': 'ada@example.com', picture: 'x' }
    const first = await logIn(server, 'custom-token', { token: tokenOfAda(data) })
    expect((await profileOf(server, first.access_token)).data).toEqual({
      name: 'Ada',
      email: 'ada@example.com',
    })

    const { access_token } = await logIn(server, 'custom-token', {
      token: tokenOfAda({ user_data: { name: 'Countess' } }),
    })

    expect((await profileOf(server, access_token)).data).toMatchObject({ name: 'Countess' })
    const without = await tryToken(server, tokenOfAda({ sub: 'bob' }))
    expect(await refused(without)).toEqual(unauthorized)
    const long = await tryToken(server, tokenOfAda({ user_data: { name: 'x'.repeat(4_097) } }))
    expect(await refused(long)).toEqual(unauthorized)
    for (const name of [{ 'a\0b': 1 }, { _bsontype: 'ObjectId' }, [{ _bsontype: 'Code' }]])
      expect(await refused(await tryToken(server, tokenOfAda({ user_data: { name } })))).toEqual(
        unauthorized,
      )
    expect(reasons(server)).toEqual([
      "the field 'user_data.name' is missing",
      "the field 'user_data.name' is longer than 4096 characters",
      ...Array(3).fill("the field 'user_data.name' cannot be kept"),
    ])
  })

  it('adds the identity to who is logged in with ?link=true', async () => {
    await using server = await startShop()
    const { access_token, user_id } = await logIn(server, 'anon-user')

    const linked = await tryToken(server, tokenOfAda(), { bearer: access_token })

    expect(linked.status).toBe(200)
    expect(((await linked.json()) as { user_id: string }).user_id).toBe(user_id)
    expect((await logIn(server, 'custom-token', { token: tokenOfAda() })).user_id).toBe(user_id)
    expect((await profileOf(server, access_token)).identities).toMatchObject([
      { provider_type: 'anon-user' },
      { id: 'ada', provider_type: 'custom-token' },
    ])
    const stranger = await logIn(server, 'anon-user')
    const taken = await tryToken(server, tokenOfAda(), { bearer: stranger.access_token })
    expect(await refused(taken)).toMatchObject({
      status: 401,
      error: 'unauthorized: identity already belongs to another user',
    })
  })

  it('takes the audiences of the configuration: all, one of them, or any', async () => {
    const audience = ['shop', 'forum']
    const cases: [config: object, aud: unknown, status: number][] = [
      [{ audience: [] }, undefined, 200],
      [{ audience: '' }, 'anything', 200],
      [{}, ['x'], 200],
      [{ audience: 'shop' }, ['shop', 'x'], 200],
      [{ audience }, ['forum', 'shop'], 200],
      [{ audience }, 'shop', 401],
      [{ audience, requireAnyAudience: true }, 'shop', 200],
      [{ audience, requireAnyAudience: true }, 'x', 401],
      [{ audience: 'shop' }, undefined, 401],
    ]
    await using server = await startShop(...cases.map(([config]) => ({ config: { ...config } })))

    for (const [at, [config, aud, status]] of cases.entries()) {
      const answer = await tryToken(server, tokenOfAda({ aud }), { app: server.apps[at] as App })
      expect(answer.status, JSON.stringify([config, aud])).toBe(status)
    }
  })

  it('takes up to three keys, and a changed one at once', async () => {
    await using server = await startShop({
      secrets: { a: 'the first of three secrets, long enough', b: secret },
      signingKeys: ['a', 'b', 'missing'],
    })
    const { deps, app } = server
    await logIn(server, 'custom-token', { token: tokenOfAda() })

    await deps.appSecrets.write(app.id, 'b', 'another secret in its place, long enough')

    expect(await refused(await tryToken(server, tokenOfAda()))).toEqual(unauthorized)
    const token = signWithSecret('another secret in its place, long enough', claimsOfAda())
    await logIn(server, 'custom-token', { token })
  })

  it('checks RS256, ES256 and EdDSA by PEM keys in secrets', async () => {
    const signers = [newRsa(), newEc(), newEdwards()]
    const algorithms = ['RS256', 'ES256', 'EdDSA']
    await using server = await startShop(
      ...algorithms.map((signingAlgorithm, at) => ({
        config: { signingAlgorithm },
        secrets: { shopKey: signers[at]?.pem ?? '' },
      })),
    )

    for (const [at, signer] of signers.entries()) {
      const app = server.apps[at] as App
      expect((await tryToken(server, signer.sign(claimsOfAda()), { app })).status).toBe(200)
      for (const other of signers.filter(one => one !== signer))
        expect((await tryToken(server, other.sign(claimsOfAda()), { app })).status).toBe(401)
      const byPublicKey = signWithSecret(signer.pem, claimsOfAda())
      expect((await tryToken(server, byPublicKey, { app })).status).toBe(401)
    }
  })

  it('checks by the keys of an address, also while they are changed', async () => {
    const [old, young] = [newRsa(), newRsa()]
    const keys = { current: [old.jwk('old')] }
    await using web = await startWeb((_, response) => {
      response.end(JSON.stringify({ keys: keys.current }))
    })
    const config = { signingAlgorithm: 'RS256', useJWKURI: true, jwkURI: `${web.url}/keys` }
    await using server = await startShop({ config: { ...config, audience: 'shop' } })
    const claims = claimsOfAda({ aud: 'shop' })
    await logIn(server, 'custom-token', { token: old.sign(claims, { kid: 'old' }) })

    keys.current = [young.jwk('young'), old.jwk('old')]
    server.advance(60_000)

    await logIn(server, 'custom-token', { token: young.sign(claims, { kid: 'young' }) })
    await logIn(server, 'custom-token', { token: old.sign(claims, { kid: 'old' }) })
    expect(web.asked).toEqual(['/keys', '/keys'])
    const unnamed = await tryToken(server, newRsa().sign(claims, { kid: 'old' }))
    expect(await refused(unnamed)).toEqual(unauthorized)
  })

  it('takes of a key set, which may sign for others too, only what names the app or the audience', async () => {
    const signer = newRsa()
    await using web = await startWeb((_, response) => {
      response.end(JSON.stringify({ keys: [signer.jwk('a')] }))
    })
    const config = { signingAlgorithm: 'RS256', useJWKURI: true, jwkURI: web.url }
    await using server = await startShop(
      { config },
      { config: { ...config, audience: '' } },
      { config: { ...config, audience: [], requireAnyAudience: true } },
    )

    for (const app of server.apps) {
      const { clientAppId } = app
      const tryFor = (aud: unknown): Promise<Response> =>
        tryToken(server, signer.sign(claimsOfAda({ aud }), { kid: 'a' }), { app })
      expect((await tryFor(clientAppId)).status).toBe(200)
      for (const aud of [undefined, 'a-project-of-somebody-else', [], null, ''])
        expect(await refused(await tryFor(aud)), String(aud)).toEqual(unauthorized)
    }
    expect(new Set(reasons(server))).toEqual(new Set(["it is for another audience ('aud')"]))
  })

  it('lets in whom an OpenID provider knows, by the keys that it publishes', async () => {
    await using provider = await startOpenIdProvider({
      clients: [{ id: 'shop', redirectUris: ['http://127.0.0.1:9/callback'] }],
    })
    const config = { signingAlgorithm: 'RS256', useJWKURI: true, jwkURI: provider.jwksUri }
    const fields = [{ name: 'email', fieldName: 'email', required: true }]
    await using server = await startShop({ config: { ...config, audience: 'shop' }, fields })

    const { access_token, user_id } = await logIn(server, 'custom-token', {
      token: await provider.idTokenFor({ person: ada.sub }),
    })
    expect((await profileOf(server, access_token)).data).toEqual({ email: ada.email })
    await provider.rotateKeys()
    server.advance(60_000)
    const again = await logIn(server, 'custom-token', { token: await provider.idTokenFor() })

    expect(again.user_id).toBe(user_id)
    const forOther = provider.sign({ sub: ada.sub, aud: 'forum', email: 'x', exp: seconds() + 99 })
    expect(await refused(await tryToken(server, forOther))).toEqual(unauthorized)
  })

  it('answers 503 with the reason in the log when no key can be had', async () => {
    const address = { useJWKURI: true, jwkURI: 'http://10.0.0.1/keys' }
    await using server = await startShop(
      { signingKeys: ['missing'] },
      { secrets: { shopKey: 'too short' } },
      { config: { signingAlgorithm: 'none' } },
      { config: { signingAlgorithm: 'RS256', ...address } },
    )
    const [missing, weak, wrong, unasked] = server.apps
    const rs256 = newRsa().sign(claimsOfAda(), { kid: 'a' })

    for (const app of [missing, weak, wrong] as App[])
      expect(await refused(await tryToken(server, tokenOfAda(), { app }))).toEqual(noProvider)
    const last = await tryToken(server, rs256, { app: unasked as App })
    expect(await refused(last)).toEqual(noProvider)
    expect(reasons(server)).toEqual([
      'no secret of secret_config.signingKeys has a value',
      'the secret has 9 bytes, HS256 wants 32',
      'config.signingAlgorithm is wrong',
      expect.stringContaining('REGENT_PRIVATE_ADDRESSES does not list'),
    ])
  })

  it('reads bodies of a megabyte, as long as they hold one token and little else', async () => {
    await using server = await startShop()
    const path = clientPaths.login(server.app.clientAppId, 'custom-token')
    const long = tokenOfAda({ x: 'x'.repeat(749_000) })

    expect((await tryToken(server, long)).status).toBe(200)
    expect(await refused(await tryToken(server, `${long}${'x'.repeat(2_000)}`))).toEqual(
      unauthorized,
    )
    const huge = await refused(await tryToken(server, 'x'.repeat(1_100_000)))
    expect(huge).toMatchObject({ status: 413, error: 'body is larger than 1048576 bytes' })
    const json = { token: 'x', more: Array.from({ length: 2_000 }, () => 1) }
    const wide = await refused(await server.request('POST', path, { json }))
    expect(wide).toMatchObject({ status: 400, error: 'cannot read body: more than 1000 values' })
  })

  it('refuses what is no token with 4xx, whatever it is', async () => {
    await using server = await startShop()
    const path = clientPaths.login(server.app.clientAppId, 'custom-token')

    for (const token of [null, 1, true, {}, [], { $ne: null }, { $oid: 'x' }, [tokenOfAda()]])
      expect(await refused(await tryToken(server, token))).toMatchObject({
        status: 400,
        error_code: 'InvalidParameter',
      })
    for (const token of ['', '.', '..', 'x', 'a.b.c', `${tokenOfAda()}.x`, ` ${tokenOfAda()}`])
      expect(await refused(await tryToken(server, token)), token).toEqual(unauthorized)
    expect(await refused(await server.request('POST', path, { json: {} }))).toEqual({
      status: 400,
      error: "'token' is a required string",
      error_code: 'MissingParameter',
    })
  })

  it('writes no token into the log', async () => {
    await using server = await startShop()
    const token = signWithSecret('x'.repeat(32), claimsOfAda())
    await tryToken(server, token)
    await tryToken(server, tokenOfAda())

    const text = JSON.stringify(server.logs())

    expect(reasons(server)).toEqual(['its signature is wrong'])
    for (const part of [...token.split('.'), ...tokenOfAda().split('.'), secret])
      expect(text).not.toContain(part)
  })
})
