import { describe, expect, it } from 'vitest'
import { disableUser, enableUser, logOutUser } from '../../src/use-cases/admin/users.ts'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { deleteUser } from '../../src/use-cases/delete-account.ts'
import { logOut } from '../../src/use-cases/log-out.ts'
import { getProfile } from '../../src/use-cases/profile.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import { logInAnonymously, logInByEmail, openShop, refusal, registerAda } from './people.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

describe('a refresh', () => {
  it('gives a new access token for the same user and session', async () => {
    await using shop = await openShop()
    const { user, session, refreshToken } = await logInAnonymously(shop)
    shop.advance(31 * minuteMs)

    const { accessToken } = await refreshSession(shop.deps, refreshToken)

    expect(await authenticate(shop.deps, accessToken)).toMatchObject({
      userId: user.id,
      sessionId: session.id,
    })
  })

  it('answers a hundred at once, all for the one session', async () => {
    await using shop = await openShop()
    const { session, refreshToken } = await logInAnonymously(shop)
    shop.advance(2 * minuteMs)

    const answers = await Promise.all(
      Array.from({ length: 100 }, () => refreshSession(shop.deps, refreshToken)),
    )

    for (const { accessToken } of answers) {
      expect(await authenticate(shop.deps, accessToken)).toMatchObject({ sessionId: session.id })
    }
    expect(await shop.store.sessions.listByUser(session.userId)).toHaveLength(1)
  })

  it('notes that the session is in use, once a minute at most', async () => {
    await using shop = await openShop()
    const { session, refreshToken } = await logInAnonymously(shop)
    const lastUsed = async () => (await shop.store.sessions.findById(session.id))?.lastUsedAt

    shop.advance(59_000)
    await refreshSession(shop.deps, refreshToken)
    expect(await lastUsed()).toBe(session.lastUsedAt)
    shop.advance(1_000)
    await refreshSession(shop.deps, refreshToken)
    expect(await lastUsed()).toBe(session.lastUsedAt + minuteMs)
  })

  it('writes nothing within that minute', async () => {
    await using shop = await openShop()
    const { refreshToken } = await logInAnonymously(shop)
    const before = shop.writes()

    for (let round = 0; round < 20; round += 1) await refreshSession(shop.deps, refreshToken)

    expect(shop.writes()).toBe(before)
  })

  it('is answered when its use cannot be noted, and the log says so', async () => {
    await using shop = await openShop()
    const { refreshToken } = await logInAnonymously(shop)
    shop.advance(2 * minuteMs)
    const sessions = {
      ...shop.store.sessions,
      recordUse: () => Promise.reject(new Error('the disk is full')),
    }

    const deps = { ...shop.deps, store: { ...shop.store, sessions } }
    expect(await refreshSession(deps, refreshToken)).toHaveProperty('accessToken')

    expect(shop.lines.join('')).toContain('the disk is full')
  })

  it('keeps an anonymous user in use, once an hour at most', async () => {
    await using shop = await openShop()
    const { user, refreshToken } = await logInAnonymously(shop)
    const lastSeen = async () => (await shop.store.users.findById(user.id))?.lastSeenAt

    shop.advance(59 * minuteMs)
    await refreshSession(shop.deps, refreshToken)
    expect(await lastSeen()).toBe(user.lastSeenAt)
    shop.advance(minuteMs)
    await refreshSession(shop.deps, refreshToken)
    expect(await lastSeen()).toBe(user.lastSeenAt + 60 * minuteMs)
  })

  it('ends with the life of the session, and the app decides how long that is', async () => {
    await using shop = await openShop({ refreshTokenSeconds: 1_800 })
    await registerAda(shop)
    const { session, refreshToken } = await logInByEmail(shop)

    shop.advance(29 * minuteMs)
    await refreshSession(shop.deps, refreshToken)
    shop.advance(minuteMs)

    expect(session.expiresAt).toBe(session.createdAt + 30 * minuteMs)
    await expect(refreshSession(shop.deps, refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
  })

  it('of an anonymous user goes on for years', async () => {
    await using shop = await openShop()
    const { refreshToken } = await logInAnonymously(shop)

    shop.advance(10 * 365 * dayMs)

    expect(await refreshSession(shop.deps, refreshToken)).toHaveProperty('accessToken')
  })

  it('is refused with an access token', async () => {
    await using shop = await openShop()
    const { accessToken } = await logInAnonymously(shop)

    await expect(refreshSession(shop.deps, accessToken)).rejects.toMatchObject(
      refusal('tokenTypeWrong'),
    )
  })
})

describe('a log-out', () => {
  it('ends that session and no other', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const phone = await logInByEmail(shop)
    const laptop = await logInByEmail(shop)

    await logOut(shop.deps, phone.refreshToken)

    await expect(refreshSession(shop.deps, phone.refreshToken)).rejects.toMatchObject({
      ...refusal('refreshTokenUnknown'),
      message: 'invalid session: failed to find refresh token',
    })
    await expect(logOut(shop.deps, phone.refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    expect(await refreshSession(shop.deps, laptop.refreshToken)).toHaveProperty('accessToken')
  })
})

describe('a user whom the operator disabled', () => {
  it('can neither refresh nor log in nor be seen, until enabled', async () => {
    await using shop = await openShop()
    const { deps, app } = shop
    await registerAda(shop)
    const { user, accessToken, refreshToken } = await logInByEmail(shop)
    const claims = await authenticate(deps, accessToken)

    await disableUser(deps, app, user.id)

    await expect(refreshSession(deps, refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    await expect(getProfile(deps, claims)).rejects.toMatchObject(refusal('sessionInvalid'))
    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('userDisabled'))
    await expect(logInByEmail(shop, { password: 'not-the-one' })).rejects.toMatchObject(
      refusal('invalidPassword'),
    )
    await enableUser(deps, app, user.id)
    expect((await logInByEmail(shop)).user.id).toBe(user.id)
  })

  it('is refused a refresh even with a session that outlived the disabling', async () => {
    await using shop = await openShop()
    const { user, refreshToken } = await logInAnonymously(shop)

    await shop.store.users.setDisabled(user.id, true)

    await expect(refreshSession(shop.deps, refreshToken)).rejects.toMatchObject(
      refusal('sessionInvalid'),
    )
  })
})

describe('a user whom the operator logs out', () => {
  it('has no session left', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const both = [await logInByEmail(shop), await logInByEmail(shop)]

    await logOutUser(shop.deps, shop.app, both[0]?.user.id ?? '')

    for (const { refreshToken } of both) {
      await expect(refreshSession(shop.deps, refreshToken)).rejects.toMatchObject(
        refusal('refreshTokenUnknown'),
      )
    }
  })
})

describe('the profile', () => {
  it('of a user who is gone is an invalid session', async () => {
    await using shop = await openShop()
    const { user, accessToken } = await logInAnonymously(shop)
    const claims = await authenticate(shop.deps, accessToken)

    await deleteUser(shop.deps, shop.app, user.id)

    await expect(getProfile(shop.deps, claims)).rejects.toMatchObject(refusal('sessionInvalid'))
  })
})
