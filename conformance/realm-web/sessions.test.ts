import { Credentials, MongoDBRealmError } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { newAccount, openApp, rejection } from './open-app.ts'

const halfAnHour = 30 * 60 * 1000

describe('realm-web: sessions', () => {
  it('refresh an expired access token by themselves', async () => {
    await using opened = await openApp()
    const user = await opened.app.logIn(Credentials.anonymous())
    const before = user.accessToken
    opened.server.advance(halfAnHour + 1000)

    await user.refreshProfile()

    expect(user.accessToken).not.toBe(before)
    expect(user.state).toBe('active')
  })

  it('refresh custom data on request', async () => {
    await using opened = await openApp()
    const user = await opened.app.logIn(Credentials.anonymous())
    opened.server.advance(1000)

    const before = user.accessToken
    const customData = await user.refreshCustomData()

    expect(customData).toEqual({})
    expect(user.accessToken).not.toBe(before)
  })

  it('end when the refresh token is too old, and the client is logged out', async () => {
    await using opened = await openApp({ app: { refreshTokenSeconds: 3600 } })
    const { email, password } = newAccount()
    await opened.app.emailPasswordAuth.registerUser({ email, password })
    const user = await opened.app.logIn(Credentials.emailPassword(email, password))
    opened.server.advance(3601 * 1000)

    const refused = await rejection(user.refreshProfile())

    expect(refused.statusCode).toBe(401)
    expect(refused.errorCode).toBe('InvalidSession')
    expect(user.state).toBe('logged-out')
  })

  it('of two devices are independent', async () => {
    await using opened = await openApp()
    const { email, password } = newAccount()
    await opened.app.emailPasswordAuth.registerUser({ email, password })
    const phone = await opened.app.logIn(Credentials.emailPassword(email, password))
    const laptop = await opened.anotherDevice().logIn(Credentials.emailPassword(email, password))

    await phone.logOut()
    await laptop.refreshAccessToken()

    expect(laptop.id).toBe(phone.id)
    expect(laptop.state).toBe('active')
    expect(phone.state).toBe('logged-out')
  })

  it('survive being logged out twice', async () => {
    await using opened = await openApp()
    const user = await opened.app.logIn(Credentials.anonymous())
    const { refreshToken } = user
    await user.logOut()

    const again = await opened.server.request('DELETE', '/api/client/v2.0/auth/session', {
      bearer: refreshToken ?? '',
    })

    expect([204, 401]).toContain(again.status)
    if (again.status === 401) {
      expect(await again.text()).toContain('failed to find refresh token')
    }
  })
})

describe('realm-web: several users', () => {
  it('are kept side by side, switched, and removed', async () => {
    await using opened = await openApp()
    const { app } = opened
    const ada = newAccount()
    const bob = newAccount()
    await app.emailPasswordAuth.registerUser(ada)
    await app.emailPasswordAuth.registerUser(bob)
    const first = await app.logIn(Credentials.emailPassword(ada.email, ada.password))
    const second = await app.logIn(Credentials.emailPassword(bob.email, bob.password))

    expect(app.currentUser?.id).toBe(second.id)
    app.switchUser(first)
    expect(app.currentUser?.id).toBe(first.id)
    await app.removeUser(first)

    expect(app.currentUser?.id).toBe(second.id)
    expect(Object.keys(app.allUsers)).toEqual([second.id])
  })
})

describe('realm-web: deleteUser', () => {
  it('ends the account: the credentials open nothing, and registering again makes a new user', async () => {
    await using opened = await openApp()
    const { app } = opened
    const { email, password } = newAccount()
    await app.emailPasswordAuth.registerUser({ email, password })
    const user = await app.logIn(Credentials.emailPassword(email, password))
    const { id } = user

    await app.deleteUser(user)
    const gone = await app
      .logIn(Credentials.emailPassword(email, password))
      .catch((error: unknown) => error)
    await app.emailPasswordAuth.registerUser({ email, password })
    const again = await app.logIn(Credentials.emailPassword(email, password))

    expect(gone).toBeInstanceOf(MongoDBRealmError)
    expect(gone).toMatchObject({ error: 'unauthorized', errorCode: 'InvalidPassword' })
    expect(again.id).not.toBe(id)
  })
})
