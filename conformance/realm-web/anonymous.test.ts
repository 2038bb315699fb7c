import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { openApp } from './open-app.ts'

describe('realm-web: anonymous users', () => {
  it('logs in and is the current user with an empty profile', async () => {
    await using opened = await openApp()
    const { app } = opened

    const user = await app.logIn(Credentials.anonymous())

    expect(app.currentUser?.id).toBe(user.id)
    expect(user.id).toMatch(/^[0-9a-f]{24}$/)
    expect(user.state).toBe('active')
    expect(user.isLoggedIn).toBe(true)
    expect(user.providerType).toBe('anon-user')
    expect(user.identities.map(identity => identity.providerType)).toEqual(['anon-user'])
    expect(user.profile.name).toBeUndefined()
    expect(user.customData).toEqual({})
  })

  it('gets a device id that stays for the next user of the device', async () => {
    await using opened = await openApp()
    const { app } = opened

    const first = await app.logIn(Credentials.anonymous())
    const second = await app.logIn(Credentials.anonymous(false))

    expect(first.deviceId).toMatch(/^[0-9a-f]{24}$/)
    expect(first.deviceId).not.toBe('000000000000000000000000')
    expect(second.id).not.toBe(first.id)
    expect(second.deviceId).toBe(first.deviceId)
  })

  it('is reused by a second anonymous login', async () => {
    await using opened = await openApp()
    const { app } = opened

    const first = await app.logIn(Credentials.anonymous())
    const second = await app.logIn(Credentials.anonymous())

    expect(second.id).toBe(first.id)
    expect(Object.keys(app.allUsers)).toHaveLength(1)
  })

  it('carries the user id in `sub` of the access token', async () => {
    await using opened = await openApp()

    const user = await opened.app.logIn(Credentials.anonymous())
    const [, payload = ''] = (user.accessToken ?? '').split('.')
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())

    expect(claims.sub).toBe(user.id)
    expect(claims.exp - claims.iat).toBe(1800)
  })

  it('logs out and is no longer active', async () => {
    await using opened = await openApp()
    const user = await opened.app.logIn(Credentials.anonymous())

    await user.logOut()

    expect(user.state).toBe('logged-out')
    expect(opened.app.currentUser).toBeNull()
  })

  it('answers an app id that does not exist with the documented text', async () => {
    await using opened = await openApp()
    const { App } = await import('realm-web')
    const stranger = new App({ id: 'nobody-aaaaa', baseUrl: opened.server.url })

    await expect(stranger.logIn(Credentials.anonymous())).rejects.toThrow(
      "cannot find app using Client App ID 'nobody-aaaaa'",
    )
  })
})
