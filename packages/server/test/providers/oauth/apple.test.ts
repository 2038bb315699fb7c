import { generateKeyPairSync } from 'node:crypto'
import { clientPaths, type LoginWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { sweepOnce } from '../../../src/jobs/sweep.ts'
import { appleClientSecret } from '../../../src/providers/oauth/apple-client-secret.ts'
import { revokeDueTokens } from '../../../src/use-cases/oauth/revoke-tokens.ts'
import { claimsOf, refused } from '../../client/clients.ts'
import { clientId, type OpenIdShop, openOpenIdShop, reasons } from './openid-shop.ts'

const apple = { type: 'oauth2-apple' } as const
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What a client sends that logged in by code. */
const codePayload = async ({ openId }: OpenIdShop) => {
  const { code, redirectUri, verifier } = await openId.codeFor()
  return { authCode: code, redirectUri, codeVerifier: verifier }
}

const deleteUser = async ({ server }: OpenIdShop, answer: Response): Promise<string> => {
  const { access_token, user_id } = (await answer.json()) as LoginWire
  const deleted = await server.request('DELETE', clientPaths.deleteUser(), { bearer: access_token })
  expect(deleted.status).toBe(204)
  return user_id
}

describe('logging in with Apple', () => {
  it('takes an ID token, a code, or both together', async () => {
    await using shop = await openOpenIdShop(apple)
    const id_token = await shop.openId.idTokenFor()
    const { authCode: code, ...rest } = await codePayload(shop)

    const answers = [
      await shop.logIn({ id_token }),
      await shop.logIn({ idToken: id_token }),
      await shop.logIn({ id_token, code, ...rest }),
      await shop.logIn(await codePayload(shop)),
    ]

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const users = await Promise.all(answers.map(answer => answer.json() as Promise<LoginWire>))
    expect(new Set(users.map(({ user_id }) => user_id)).size).toBe(1)
  })

  it('refuses a code and an ID token of two people', async () => {
    await using shop = await openOpenIdShop(apple)
    const id_token = await shop.openId.idTokenFor({ person: 'grace-1906' })

    const answer = await shop.logIn({ id_token, ...(await codePayload(shop)) })

    expect(await refused(answer)).toMatchObject({ status: 401, error_code: 'AuthError' })
    expect(reasons(shop.server)).toEqual(['the code and the ID token are of two users'])
  })

  it('goes on without the code where the app has no secret to exchange it with', async () => {
    await using shop = await openOpenIdShop({ ...apple, entry: { secretConfig: {} } })
    const id_token = await shop.openId.idTokenFor()

    const answer = await shop.logIn({ id_token, ...(await codePayload(shop)) })

    expect(answer.status).toBe(200)
    expect(shop.server.logs().map(({ msg }) => msg)).toContain(
      'a code was not exchanged: there is no client secret',
    )
  })
})

describe('the secret that is made for Apple', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  const config = { teamId: 'TEAM123456', keyId: 'KEY1234567' }
  const entry = { secretConfig: { privateKey: 'appleKey' } }

  it('is a token of the team, signed with its key, for five minutes', async () => {
    const app = { secrets: { appleKey: pem } }
    await using shop = await openOpenIdShop({ ...apple, config, entry, app })
    const { server } = shop
    const found = server.app.providers.find(({ type }) => type === 'oauth2-apple')
    const place = { app: server.app, entry: found as NonNullable<typeof found> }

    const secret = (await appleClientSecret(server.deps, place, clientId)) ?? ''

    const { compactVerify } = await import('jose')
    const { protectedHeader } = await compactVerify(secret, publicKey)
    expect(protectedHeader).toEqual({ alg: 'ES256', kid: 'KEY1234567' })
    const { iat, ...claims } = claimsOf(secret)
    expect(claims).toEqual({
      iss: 'TEAM123456',
      sub: clientId,
      aud: shop.openId.issuer,
      exp: Number(iat) + 300,
    })
  })

  it('is refused to be made of what is no key, without a word of it in the log', async () => {
    const app = { secrets: { appleKey: '-----BEGIN PRIVATE KEY-----\nnot-a-key' } }
    await using shop = await openOpenIdShop({ ...apple, config, entry, app })

    const answer = await shop.logIn(await codePayload(shop))

    expect(await refused(answer)).toEqual({
      status: 503,
      error: "the auth provider 'oauth2-apple' cannot be reached now, try again",
    })
    expect(reasons(shop.server)).toEqual(['the private key is no key of Apple (PEM, P-256)'])
    expect(JSON.stringify(shop.server.logs())).not.toContain('not-a-key')
  })
})

describe('deleting a user of Apple', () => {
  it('revokes the token that came for the code', async () => {
    await using shop = await openOpenIdShop(apple)
    const { deps } = shop.server
    const redeemed = await shop.logIn(await codePayload(shop))
    const userId = await deleteUser(shop, redeemed)

    const [due] = await deps.store.providerTokens.listDue(deps.now(), 5)
    expect(due).toMatchObject({ userId, providerType: 'oauth2-apple', identityId: 'ada-1815' })
    const token = Buffer.from(
      deps.secrets.open(due?.sealed as Uint8Array, `provider-tokens/${due?.id}`),
    ).toString()

    expect(await revokeDueTokens(deps)).toEqual({ done: 1, isUnfinished: false })

    expect(await deps.store.providerTokens.listDue(deps.now() + dayMs, 5)).toEqual([])
    const again = await fetch(`${shop.openId.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: token,
        client_id: clientId,
        client_secret: 'secret-of-the-shop',
      }),
    })
    expect(await again.json()).toMatchObject({ error: 'invalid_grant' })
    expect(JSON.stringify(shop.server.logs())).not.toContain(token)
  })

  it('keeps one token, the newest, and none for log-ins without a code', async () => {
    await using shop = await openOpenIdShop(apple)
    const { deps } = shop.server
    await shop.logIn(await codePayload(shop))
    await shop.logIn(await codePayload(shop))
    const last = await shop.logIn({ id_token: await shop.openId.idTokenFor() })
    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toEqual([])

    await deleteUser(shop, last)

    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toHaveLength(1)
  })

  it('does not wait for Apple, which is asked again until it answers', async () => {
    await using shop = await openOpenIdShop(apple)
    const { deps } = shop.server
    const redeemed = await shop.logIn(await codePayload(shop))
    await shop.openId.stop()

    await deleteUser(shop, redeemed)
    expect((await revokeDueTokens(deps)).done).toBe(0)
    expect((await revokeDueTokens(deps)).done).toBe(0)
    shop.server.advance(minuteMs)
    expect((await revokeDueTokens(deps)).done).toBe(0)

    shop.server.advance(minuteMs)
    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toEqual([])
    shop.server.advance(minuteMs)
    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toMatchObject([{ tries: 2 }])
    expect(
      shop.server.logs().filter(({ msg }) => String(msg).includes('not revoked yet')),
    ).toHaveLength(2)

    shop.server.advance(30 * dayMs)
    expect((await revokeDueTokens(deps)).done).toBe(1)
    expect(shop.server.logs().map(({ msg }) => msg)).toContain(
      'a token of a deleted user could not be revoked for 30 days',
    )
  })

  it('is finished after a crash, token and all', async () => {
    await using shop = await openOpenIdShop(apple)
    const { deps } = shop.server
    const redeemed = await shop.logIn(await codePayload(shop))
    const { user_id } = (await redeemed.json()) as LoginWire
    await deps.store.users.markDeleting(user_id, [])

    await sweepOnce(deps)

    expect(await deps.store.users.findById(user_id)).toBeUndefined()
    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toHaveLength(1)
  })

  it('also revokes the token of a log-in that came through while the user was deleted', async () => {
    await using shop = await openOpenIdShop(apple)
    const { deps, app } = shop.server
    const redeemed = await shop.logIn(await codePayload(shop))
    const { user_id } = (await redeemed.json()) as LoginWire
    await deps.store.users.markDeleting(user_id, [])
    const entry = app.providers.find(({ type }) => type === 'oauth2-apple')
    const { apple: provider } = await import('../../../src/providers/oauth/apple.ts')

    const proof = await provider.identify(deps, app, {
      payload: await codePayload(shop),
      entry: entry as NonNullable<typeof entry>,
      newUserId: deps.newId(),
    })
    await proof.afterLogIn?.(user_id)

    expect(await deps.store.providerTokens.listDue(deps.now(), 5)).toHaveLength(1)
  })
})
