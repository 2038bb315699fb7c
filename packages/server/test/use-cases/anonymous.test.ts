import { noDeviceId } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { logIn } from '../../src/use-cases/log-in.ts'
import { getProfile } from '../../src/use-cases/profile.ts'
import { anonymousProvider } from '../deps/open-deps.ts'
import { logInAnonymously, openShop, refusal } from './people.ts'

describe('an anonymous log-in', () => {
  it('makes a user that the tokens are for', async () => {
    await using shop = await openShop()

    const { user, session, accessToken } = await logInAnonymously(shop)

    const claims = await authenticate(shop.deps, accessToken)
    expect(claims).toMatchObject({ userId: user.id, sessionId: session.id, app: shop.app })
    expect(await getProfile(shop.deps, claims)).toEqual(user)
    expect(user.identities).toMatchObject([
      { providerType: 'anon-user', providerId: anonymousProvider.id, data: {} },
    ])
    expect(user.identities[0]?.id).toMatch(new RegExp(`^${user.id}-[a-z]{24}$`))
  })

  it('is somebody new each time', async () => {
    await using shop = await openShop()

    const users = await Promise.all([1, 2, 3].map(() => logInAnonymously(shop)))

    expect(new Set(users.map(({ user }) => user.id)).size).toBe(3)
  })

  it('leaves a user, a claim and a session that has no end', async () => {
    await using shop = await openShop()
    const { store } = shop
    await logInAnonymously(shop)
    const before = shop.writes()

    const { user, session } = await logInAnonymously(shop)

    expect(shop.writes() - before).toBe(3)

    expect(await store.users.findById(user.id)).toEqual(user)
    expect(await store.identities.listByUser(user.id)).toHaveLength(1)
    expect(await store.sessions.listByUser(user.id)).toEqual([session])
    expect(session.expiresAt).toBeUndefined()
  })

  it('is refused where the provider is absent, switched off, or one that nobody knows', async () => {
    await using shop = await openShop({ providers: [{ ...anonymousProvider, disabled: true }] })
    const { deps, app } = shop

    for (const providerType of ['anon-user', 'local-userpass', 'api-key', '__proto__', '']) {
      const attempt = logIn(deps, app, { providerType, payload: {}, device: undefined })
      await expect(attempt).rejects.toMatchObject({
        ...refusal('providerNotFound'),
        message: `auth provider not found: '${providerType}'`,
      })
    }
  })
})

describe('the device of a log-in', () => {
  it('is new when the client says something of it, and none when it says nothing', async () => {
    await using shop = await openShop()

    const told = await logInAnonymously(shop, { platform: 'node', sdkVersion: '2.0.1' })
    const untold = await logInAnonymously(shop)

    expect(told.session.deviceId).toMatch(/^[0-9a-f]{24}$/)
    expect(untold.session.deviceId).toBe(noDeviceId)
    expect(await shop.store.devices.findById(told.session.deviceId)).toMatchObject({
      userId: told.user.id,
      details: { platform: 'node', sdkVersion: '2.0.1' },
    })
  })

  it('keeps its id, also for another user', async () => {
    await using shop = await openShop()
    const first = await logInAnonymously(shop, { platform: 'node' })
    const { deviceId } = first.session

    const second = await logInAnonymously(shop, { platform: 'node', deviceId })

    expect(second.user.id).not.toBe(first.user.id)
    expect(second.session.deviceId).toBe(deviceId)
    expect(await shop.store.devices.findById(deviceId)).toMatchObject({ userId: second.user.id })
  })

  it('gets a new id when the one it says is unknown, of another app, or means none', async () => {
    await using shop = await openShop()
    const other = await shop.deploy({
      ...shop.app,
      id: '65a0c0ffee00000000000b01',
      clientAppId: 'b',
    })
    const elsewhere = await logInAnonymously({ ...shop, app: other }, { platform: 'node' })

    for (const deviceId of ['f'.repeat(24), noDeviceId, elsewhere.session.deviceId]) {
      const { session } = await logInAnonymously(shop, { deviceId })
      expect(session.deviceId).not.toBe(deviceId)
      expect(session.deviceId).not.toBe(noDeviceId)
    }
  })
})
