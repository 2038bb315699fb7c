import { describe, expect, it } from 'vitest'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { deleteAccount, deleteUser } from '../../src/use-cases/delete-account.ts'
import { logOut } from '../../src/use-cases/log-out.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import {
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const loggedInAda = async (shop: Shop) => {
  await registerAda(shop)
  const login = await logInByEmail(shop, { device: { platform: 'node' } })
  return { ...login, claims: await authenticate(shop.deps, login.accessToken) }
}

describe('deleting an account', () => {
  it('leaves nothing of the user, and the password opens nothing', async () => {
    await using shop = await openShop()
    const { store } = shop
    const { user, session, claims, refreshToken } = await loggedInAda(shop)

    await deleteAccount(shop.deps, claims)

    expect(await store.users.findById(user.id)).toBeUndefined()
    expect(await store.identities.listByUser(user.id)).toEqual([])
    expect(await store.sessions.listByUser(user.id)).toEqual([])
    expect(await store.devices.findById(session.deviceId)).toBeUndefined()
    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('invalidPassword'))
    await expect(logOut(shop.deps, refreshToken)).rejects.toMatchObject({
      message: 'invalid session: failed to find refresh token',
    })
  })

  it('frees the address for somebody new', async () => {
    await using shop = await openShop()
    const { user, claims } = await loggedInAda(shop)
    await deleteAccount(shop.deps, claims)

    await registerAda(shop)

    expect((await logInByEmail(shop)).user.id).not.toBe(user.id)
  })

  it('takes the anonymous part of a linked user along', async () => {
    await using shop = await openShop()
    const guest = await logInAnonymously(shop)
    await registerAda(shop)
    const link = await authenticate(shop.deps, guest.accessToken)
    await logInByEmail(shop, { link })

    await deleteAccount(shop.deps, link)

    expect(await shop.store.identities.listByUser(guest.user.id)).toEqual([])
    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('invalidPassword'))
  })

  it('needs a session that is alive, and works once', async () => {
    await using shop = await openShop()
    const { user, claims, refreshToken } = await loggedInAda(shop)
    const second = await logInByEmail(shop)
    await logOut(shop.deps, refreshToken)

    await expect(deleteAccount(shop.deps, claims)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    await deleteAccount(shop.deps, await authenticate(shop.deps, second.accessToken))
    await expect(deleteUser(shop.deps, shop.app, user.id)).rejects.toMatchObject(
      refusal('userNotFound'),
    )
  })

  it('never lets a log-in that runs beside it keep a session', async () => {
    await using shop = await openShop()
    for (let round = 0; round < 10; round += 1) {
      const { user, claims } = await loggedInAda(shop)

      const [, ...logins] = await Promise.allSettled([
        deleteAccount(shop.deps, claims),
        ...Array.from({ length: 4 }, () => logInByEmail(shop)),
      ])

      for (const login of logins) {
        const { status } = login
        const outcome =
          login.status === 'rejected'
            ? login.reason.refusal
            : await refreshSession(shop.deps, login.value.refreshToken).catch(
                error => error.refusal,
              )
        expect(['invalidPassword', 'refreshTokenUnknown'], status).toContain(outcome)
      }
      expect(await shop.store.sessions.listByUser(user.id)).toEqual([])
      const left = await shop.store.users.listByApp(shop.app.id, { after: undefined, limit: 9 })
      expect(left).toEqual([])
    }
  })

  it('does not reach a user of another app', async () => {
    await using shop = await openShop()
    const other = await shop.deploy({
      ...shop.app,
      id: '65a0c0ffee00000000000b01',
      clientAppId: 'b',
    })
    const { user } = await loggedInAda(shop)

    await expect(deleteUser(shop.deps, other, user.id)).rejects.toMatchObject(
      refusal('userNotFound'),
    )
    expect((await logInByEmail(shop)).user.id).toBe(user.id)
  })
})
