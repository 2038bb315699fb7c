import { text } from 'node:stream/consumers'
import { clientPaths, type LoginWire } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import { startRevoking } from '../../src/jobs/revoke-tokens.ts'
import {
  type Answer,
  hostileClient,
  idToken,
  json,
  metadata,
  startHostileProvider,
} from '../threats/hostile-provider.ts'

/** A server whose Apple gives refresh tokens and notes which of them it is told to revoke. */
const openAppleShop = async () => {
  const revoked: string[] = []
  const token: Answer = async (response, issuer, request) => {
    const form = new URLSearchParams(await text(request))
    const unwanted = form.get('token')
    if (unwanted !== null) revoked.push(unwanted)
    const given = { id_token: idToken(issuer), refresh_token: `for ${form.get('code')}` }
    json(unwanted === null ? given : {})(response, issuer, request)
  }
  const discovery = json(issuer => ({
    ...metadata(issuer),
    revocation_endpoint: `${issuer}/token`,
  }))
  const provider = await startHostileProvider({ token, discovery })
  const server = await startTestServer({
    app: {
      providers: [
        'anon-user',
        {
          type: 'oauth2-apple',
          config: { clientId: hostileClient, issuer: provider.issuer },
          secretConfig: { clientSecret: 'appleSecret' },
        },
      ],
      secrets: { appleSecret: 'secret-of-the-shop' },
    },
  })
  const path = clientPaths.login('test-aaaaa', 'oauth2-apple')
  return {
    server,
    revoked,
    logIn: async (authCode: string, bearer?: string): Promise<LoginWire> => {
      const answer = await server.request('POST', bearer ? `${path}?link=true` : path, {
        json: { authCode },
        ...(bearer && { bearer }),
      })
      return (await answer.json()) as LoginWire
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      await provider[Symbol.asyncDispose]()
    },
  }
}

describe('the job that revokes tokens', () => {
  it('tells Apple of each user who went, once, however many servers there are', async () => {
    await using shop = await openAppleShop()
    const { server, revoked } = shop
    const { access_token } = await shop.logIn('first')
    await server.request('DELETE', clientPaths.deleteUser(), { bearer: access_token })
    await shop.logIn('second')

    const jobs = [1, 2, 3].map(() => startRevoking(server.deps, { everyMs: 5 }))
    await vi.waitFor(() => expect(revoked).not.toEqual([]), 10_000)
    await Promise.all(jobs.map(job => job.stop()))

    expect(revoked).toEqual(['for first'])
    expect(await server.deps.store.providerTokens.listDue(server.deps.now(), 5)).toEqual([])
  })

  it('tells Apple of an identity that was unlinked, also while its log-in went on', async () => {
    await using shop = await openAppleShop()
    const { server, revoked } = shop
    const { deps, app } = server
    const anonymous = await server.request('POST', clientPaths.login('test-aaaaa', 'anon-user'), {
      json: {},
    })
    const { access_token, user_id } = (await anonymous.json()) as LoginWire
    await shop.logIn('linked', access_token)
    const entry = app.providers.find(({ type }) => type === 'oauth2-apple')
    const { apple } = await import('../../src/providers/oauth/apple.ts')
    const proof = await apple.identify(deps, app, {
      payload: { authCode: 'late' },
      entry: entry as NonNullable<typeof entry>,
      newUserId: deps.newId(),
    })

    const path = clientPaths.identity('oauth2-apple', 'ada')
    const unlinked = await server.request('DELETE', path, { bearer: access_token })
    await proof.afterLogIn?.(user_id)
    const job = startRevoking(deps, { everyMs: 5 })
    await vi.waitFor(() => expect(revoked.sort()).toEqual(['for late', 'for linked']), 10_000)
    await job.stop()

    expect(unlinked.status).toBe(204)
  })
})
