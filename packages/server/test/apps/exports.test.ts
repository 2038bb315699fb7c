import { join } from 'node:path'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { readAppDirectory } from '../../src/apps/read-directory.ts'
import type { App } from '../../src/domain/app.ts'
import { logIn, post, profileOf, refused } from '../client/clients.ts'

const ada = { email: 'ada@example.com', password: 'engine-no-1' }
const credentials = { username: ada.email, password: ada.password }

const appOf = async ({ deps }: TestServer, clientAppId: string): Promise<App> =>
  (await deps.store.apps.findByClientAppId(clientAppId)) as App

const serve = async (name: string): Promise<TestServer> => {
  const server = await startTestServer({ app: [] })
  await server.running.deploy(await readAppDirectory(join(import.meta.dirname, 'fixtures', name)))
  return server
}

describe('an app exported with root_config.json', () => {
  it('logs its users in after the letter that its own pages finish', async () => {
    await using server = await serve('shop')
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
    await using server = await serve('shop')
    const path = clientPaths.location('shop-xkqzp')
    const from = (origin: string) => server.request('GET', path, { headers: { origin } })

    expect((await from('https://shop.example')).status).toBe(200)
    expect((await from('https://elsewhere.example')).status).toBe(403)
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'parts of the app are not served',
        parts:
          'not served yet: oauth2-google, custom user data, functions/, values/, data_sources/, triggers/; not offered: Device Sync',
      }),
    )
  })
})

describe('an app exported before 2021', () => {
  it('logs its users in, each provider with a file of its own', async () => {
    await using server = await serve('forum')
    const forum = await appOf(server, 'forum-abcde')

    expect((await post(server, clientPaths.register(forum.clientAppId), ada)).status).toBe(201)
    const member = await logIn(server, 'local-userpass', credentials, forum)
    const guest = await logIn(server, 'anon-user', {}, forum)
    const key = await post(server, clientPaths.login(forum.clientAppId, 'api-key'), { key: 'x' })

    expect(member.user_id).not.toBe(guest.user_id)
    expect(await refused(key)).toMatchObject({ error_code: 'AuthProviderNotFound' })
  })
})
