import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { deleteUser } from '../../src/use-cases/delete-account.ts'
import { register } from '../../src/use-cases/email-password/register.ts'
import { logIn } from '../../src/use-cases/log-in.ts'
import { logOut } from '../../src/use-cases/log-out.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import {
  ada,
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const guest = async (shop: Shop) => {
  const login = await logInAnonymously(shop, { platform: 'node' })
  return { ...login, link: await authenticate(shop.deps, login.accessToken) }
}

describe('linking e-mail and password to an anonymous user', () => {
  it('appends the identity; user, session and device stay', async () => {
    await using shop = await openShop()
    const { user, session, link } = await guest(shop)
    await registerAda(shop)

    const linked = await logInByEmail(shop, { link })

    expect(linked.user.id).toBe(user.id)
    expect(linked.user.identities.map(({ providerType }) => providerType)).toEqual([
      'anon-user',
      'local-userpass',
    ])
    expect(linked.session).toMatchObject({ id: session.id, deviceId: session.deviceId })
    expect(await authenticate(shop.deps, linked.accessToken)).toMatchObject({
      sessionId: session.id,
    })
    expect((await logInByEmail(shop)).user).toMatchObject({
      id: user.id,
      identities: linked.user.identities,
    })
  })

  it('gives the session that had no end the end of any other', async () => {
    await using shop = await openShop()
    const { session, link, refreshToken } = await guest(shop)
    await registerAda(shop)

    const linked = await logInByEmail(shop, { link })

    expect(session.expiresAt).toBeUndefined()
    expect(linked.session.expiresAt).toBe(shop.deps.now() + shop.app.refreshTokenSeconds * 1000)
    expect(await refreshSession(shop.deps, refreshToken)).toHaveProperty('accessToken')
    shop.advance(shop.app.refreshTokenSeconds * 1000)
    await expect(refreshSession(shop.deps, refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
  })

  it('changes nothing when the user has that identity already, also five times at once', async () => {
    await using shop = await openShop()
    const { link } = await guest(shop)
    await registerAda(shop)

    await Promise.all(Array.from({ length: 5 }, () => logInByEmail(shop, { link })))

    expect((await logInByEmail(shop, { link })).user.identities).toHaveLength(2)
  })
})

describe('a link is refused', () => {
  it('for an identity of another user', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const owner = await logInByEmail(shop)
    const { user, link } = await guest(shop)

    await expect(logInByEmail(shop, { link })).rejects.toMatchObject({
      ...refusal('identityTaken'),
      message: 'unauthorized: identity already belongs to another user',
    })
    expect((await logInByEmail(shop)).user.id).toBe(owner.user.id)
    expect((await shop.store.users.findById(user.id))?.identities).toHaveLength(1)
  })

  it('for a second e-mail address, and that address stays free', async () => {
    await using shop = await openShop()
    const { user, link } = await guest(shop)
    await registerAda(shop)
    await register(shop.deps, shop.app, { email: 'second@example.com', password: 'ada-secret' })
    await logInByEmail(shop, { link })

    const second = { email: 'second@example.com', link }
    await expect(logInByEmail(shop, second)).rejects.toMatchObject(refusal('identityTaken'))

    const alone = await logInByEmail(shop, { email: 'second@example.com' })
    expect(alone.user.id).not.toBe(user.id)
  })

  it('for one of two addresses that are linked at the same time', async () => {
    await using shop = await openShop()
    const { user, link } = await guest(shop)
    await registerAda(shop)
    await register(shop.deps, shop.app, { email: 'second@example.com', password: 'ada-secret' })

    const results = await Promise.allSettled([
      logInByEmail(shop, { link }),
      logInByEmail(shop, { email: 'second@example.com', link }),
    ])

    const refused = results.filter(result => result.status === 'rejected')
    expect(refused.map(({ reason }) => reason.refusal)).toEqual(['identityTaken'])
    expect((await shop.store.users.findById(user.id))?.identities).toHaveLength(2)
    expect(await shop.store.identities.listByUser(user.id)).toHaveLength(2)
  })

  it('to one of two users who link the same address at the same time', async () => {
    await using shop = await openShop()
    const guests = [await guest(shop), await guest(shop)]
    await registerAda(shop)

    const results = await Promise.allSettled(guests.map(({ link }) => logInByEmail(shop, { link })))

    const winner = results.findIndex(({ status }) => status === 'fulfilled')
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await logInByEmail(shop)).user.id).toBe(guests[winner]?.user.id)
  })

  it('for anonymous credentials', async () => {
    await using shop = await openShop()
    const { link } = await guest(shop)
    const anonymous = { providerType: 'anon-user', payload: {}, device: undefined, link }

    await expect(logIn(shop.deps, shop.app, anonymous)).rejects.toMatchObject(
      refusal('linkAnonymous'),
    )
  })

  it('with a wrong password', async () => {
    await using shop = await openShop()
    const { link } = await guest(shop)
    await registerAda(shop)

    await expect(logInByEmail(shop, { link, password: 'not-the-one' })).rejects.toMatchObject(
      refusal('linkPasswordRefused'),
    )
  })

  it('once the session has ended, the user is gone, or in another app', async () => {
    await using shop = await openShop()
    const { deps, app } = shop
    await registerAda(shop)
    const [left, deleted, elsewhere] = [await guest(shop), await guest(shop), await guest(shop)]
    const other = await shop.deploy({ ...app, id: '65a0c0ffee00000000000b01', clientAppId: 'b' })
    await register(deps, other, ada)
    await logOut(deps, left.refreshToken)
    await deleteUser(deps, app, deleted.user.id)

    await expect(logInByEmail(shop, { link: left.link })).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    await expect(logInByEmail(shop, { link: deleted.link })).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    await expect(
      logInByEmail({ ...shop, app: other }, { link: elsewhere.link }),
    ).rejects.toMatchObject(refusal('sessionInvalid'))
  })
})
