import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { adminPaths, clientPaths, providerTypes } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { readAppDirectory } from '../../src/apps/read-directory.ts'
import type { App } from '../../src/domain/app.ts'
import { logIn, post, profileOf, refused } from '../client/clients.ts'

const ada = { email: 'ada@example.com', password: 'engine-no-1' }
const credentials = { username: ada.email, password: ada.password }

const shopSecrets = {
  idpKeyA: 'first-key-of-the-identity-provider',
  idpKeyB: 'second-key-of-the-identity-provider',
  mapsSecret: 'm',
  googleSecret: 'g',
  facebookSecret: 'f',
  appleSecret: 'a',
  oidcSecret: 'o',
}
const forumKey = 'only-for-tests-only-for-tests-only-for-tests'

const appOf = async ({ deps }: TestServer, clientAppId: string): Promise<App> =>
  (await deps.store.apps.findByClientAppId(clientAppId)) as App

const serve = async (
  name: string,
  secrets: Readonly<Record<string, string>> = {},
): Promise<TestServer> => {
  const server = await startTestServer({ app: [] })
  const directory = await readAppDirectory(join(import.meta.dirname, 'fixtures', name))
  await server.running.deploy({ ...directory, secrets: { ...directory.secrets, ...secrets } })
  return server
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const sign = (key: string, claims: object): string => {
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`
}

const inAnHour = Math.floor(Date.now() / 1000) + 3600

/** What every provider answers to a payload that proves nothing; none of them is unknown. */
const refusalsOf = async (server: TestServer, app: App): Promise<(string | undefined)[]> => {
  const codes: (string | undefined)[] = []
  for (const type of providerTypes) {
    const answer = await post(server, clientPaths.login(app.clientAppId, type), { nothing: true })
    codes.push(answer.status === 200 ? undefined : (await refused(answer)).error_code)
  }
  return codes
}

describe('an app exported with root_config.json', () => {
  it('logs its users in after the letter that its own pages finish', async () => {
    await using server = await serve('shop', shopSecrets)
    const shop = await appOf(server, 'shop-xkqzp')
    const path = clientPaths.login(shop.clientAppId, 'local-userpass')

    expect((await post(server, clientPaths.register(shop.clientAppId), ada)).status).toBe(201)
    const early = await refused(await post(server, path, credentials))
    const [letter] = await server.deps.store.mailbox.listByApp(shop.id, 1)
    const link = new URL(letter?.link ?? '')
    const { token, tokenId } = Object.fromEntries(link.searchParams) as Record<string, string>
    await post(server, clientPaths.confirm(shop.clientAppId), { token, tokenId })
    const { access_token } = await logIn(server, 'local-userpass', credentials, shop)

    expect(early).toEqual({ status: 401, error: 'unauthorized', error_code: 'AuthError' })
    expect(letter?.subject).toBe('Welcome to the shop')
    expect(`${link.origin}${link.pathname}`).toBe('https://shop.example/confirm')
    expect((await profileOf(server, access_token)).data).toEqual({ email: ada.email })
  })

  it('is called by its own origins only, and names in the log what is not served', async () => {
    await using server = await serve('shop', shopSecrets)
    const path = clientPaths.location('shop-xkqzp')
    const from = (origin: string) => server.request('GET', path, { headers: { origin } })

    expect((await from('https://shop.example')).status).toBe(200)
    expect((await from('https://elsewhere.example')).status).toBe(403)
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'parts of the app are not served',
        parts: 'not served yet: triggers/ (nightly: SCHEDULED); not offered: Device Sync',
      }),
    )
  })

  it('runs its functions, logs in with its own tokens and function, and makes server keys', async () => {
    await using server = await serve('shop', shopSecrets)
    const shop = await appOf(server, 'shop-xkqzp')
    const claims = {
      aud: 'shop-api',
      sub: 'ada-1',
      exp: inAnHour,
      person: { mail: ada.email },
    }

    const byToken = await logIn(
      server,
      'custom-token',
      { token: sign(shopSecrets.idpKeyB, claims) },
      shop,
    )
    const byFunction = await logIn(
      server,
      'custom-function',
      { username: 'ada', pin: '1234' },
      shop,
    )
    const made = await server.request('POST', adminPaths.apiKeys(server.projectId, shop.id), {
      bearer: server.operatorKey,
      json: { name: 'ci' },
    })
    const { key } = (await made.json()) as { key: string }
    const byKey = await logIn(server, 'api-key', { key }, shop)
    const total = await server.request('POST', clientPaths.callFunction(shop.clientAppId), {
      bearer: byToken.access_token,
      json: { name: 'orders/total', arguments: [1, 2.5] },
    })

    const users = [byToken, byFunction, byKey].map(({ user_id }) => user_id)
    expect(new Set(users).size).toBe(3)
    expect((await profileOf(server, byToken.access_token)).data).toEqual({ email: ada.email })
    expect(await total.json()).toEqual({ formatted: 'EUR 10.50', host: 'shop.example' })
    expect(
      await refused(
        await post(server, clientPaths.login(shop.clientAppId, 'custom-function'), {
          username: 'ada',
          pin: '0000',
        }),
      ),
    ).toMatchObject({ status: 401, error: 'wrong pin' })
  })

  it('knows each of its auth providers', async () => {
    await using server = await serve('shop', shopSecrets)

    expect(await refusalsOf(server, await appOf(server, 'shop-xkqzp'))).not.toContain(
      'AuthProviderNotFound',
    )
  })

  it('is not deployed while a secret that it names has no value', async () => {
    await using server = await startTestServer({ app: [] })
    const directory = await readAppDirectory(join(import.meta.dirname, 'fixtures', 'shop'))
    const { googleSecret: _, ...secrets } = shopSecrets

    await expect(server.running.deploy({ ...directory, secrets })).rejects.toThrow(
      'auth/providers.json: oauth2-google.secret_config.clientSecret names the secret "googleSecret", which has no value: give it in secrets.json, with --secrets <file.json>, or as REGENT_SECRET_GOOGLESECRET',
    )
    expect(await server.deps.store.apps.list()).toEqual([])
  })
})

describe('an app exported before 2021', () => {
  it('logs its users in, each provider with a file of its own', async () => {
    await using server = await serve('forum')
    const forum = await appOf(server, 'forum-abcde')

    expect((await post(server, clientPaths.register(forum.clientAppId), ada)).status).toBe(201)
    const member = await logIn(server, 'local-userpass', credentials, forum)
    const guest = await logIn(server, 'anon-user', {}, forum)
    const byFunction = await logIn(server, 'custom-function', { ticket: 'ada' }, forum)
    const claims = { aud: 'forum-abcde', sub: 'ada-1', exp: inAnHour }
    const byToken = await logIn(server, 'custom-token', { token: sign(forumKey, claims) }, forum)

    const users = [member, guest, byFunction, byToken].map(({ user_id }) => user_id)
    expect(new Set(users).size).toBe(4)
  })

  it('refuses whom its confirmation function refuses', async () => {
    await using server = await serve('forum')
    const eve = { email: 'eve@spam.example', password: ada.password }

    expect(await refused(await post(server, clientPaths.register('forum-abcde'), eve))).toEqual({
      status: 400,
      error: 'failed to confirm user "eve@spam.example"',
      error_code: 'BadRequest',
    })
  })

  it('runs its functions and knows each of its auth providers', async () => {
    await using server = await serve('forum')
    const forum = await appOf(server, 'forum-abcde')
    const guest = await logIn(server, 'anon-user', {}, forum)

    const total = await server.request('POST', clientPaths.callFunction(forum.clientAppId), {
      bearer: guest.access_token,
      json: { name: 'total', arguments: [20, 22] },
    })

    expect(await total.json()).toEqual({ $numberLong: '42' })
    expect(await refusalsOf(server, forum)).not.toContain('AuthProviderNotFound')
    expect(forum.triggers).toEqual([
      {
        name: 'onLogin',
        disabled: false,
        operationTypes: ['LOGIN'],
        providers: ['local-userpass'],
        functionName: 'total',
      },
    ])
  })
})
