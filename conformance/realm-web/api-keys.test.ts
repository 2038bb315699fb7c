import { Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { newAccount, openApp, rejection } from './open-app.ts'

const withKeys = { app: { providers: ['anon-user', 'local-userpass', 'api-key'] } } as const

const openOwner = async () => {
  const opened = await openApp(withKeys)
  const account = newAccount()
  await opened.app.emailPasswordAuth.registerUser(account)
  const logIn = () => opened.app.logIn(Credentials.emailPassword(account.email, account.password))
  return { opened, owner: await logIn(), logIn }
}

describe('realm-web: API keys', () => {
  it('are made, listed and read with exactly the fields that clients compare', async () => {
    const { opened, owner } = await openOwner()
    await using _ = opened

    const made = await owner.apiKeys.create('my-key')
    const { _id, name, disabled } = made

    expect(made).toEqual({ _id, name: 'my-key', disabled: false, key: expect.any(String) })
    expect(made.key).toMatch(/^\w{64,}$/)
    expect(await owner.apiKeys.fetchAll()).toEqual([{ _id, name, disabled }])
    expect(await owner.apiKeys.fetch(_id)).toEqual({ _id, name, disabled })
  })

  it('log in as their owner, who then has an api-key identity', async () => {
    const { opened, owner } = await openOwner()
    await using _ = opened
    const { key } = await owner.apiKeys.create('robot')

    const robot = await opened.anotherDevice().logIn(Credentials.apiKey(key))

    expect(robot.id).toBe(owner.id)
    expect(robot.identities.map(({ providerType }) => providerType)).toEqual([
      'local-userpass',
      'api-key',
    ])
    expect(robot.profile.name).toBe('robot')
  })

  it('open nothing while disabled, and again once enabled', async () => {
    const { opened, owner } = await openOwner()
    await using _ = opened
    const { _id, key } = await owner.apiKeys.create('robot')
    const device = opened.anotherDevice()

    await owner.apiKeys.disable(_id)
    const refused = await rejection(device.logIn(Credentials.apiKey(key)))
    await owner.apiKeys.enable(_id)
    await owner.apiKeys.enable(_id)
    const robot = await device.logIn(Credentials.apiKey(key))

    expect(refused).toMatchObject({
      statusCode: 401,
      error: 'unauthorized',
      errorCode: 'AuthError',
    })
    expect(robot.id).toBe(owner.id)
  })

  it('end the sessions they began when they are deleted', async () => {
    const { opened, owner } = await openOwner()
    await using _ = opened
    const { _id, key } = await owner.apiKeys.create('robot')
    const robot = await opened.anotherDevice().logIn(Credentials.apiKey(key))

    await owner.apiKeys.delete(_id)
    const refused = await rejection(robot.refreshAccessToken())

    expect(refused).toMatchObject({ statusCode: 401, errorCode: 'InvalidSession' })
    expect(await rejection(owner.apiKeys.fetch(_id))).toMatchObject({
      statusCode: 404,
      error: 'API key not found',
      errorCode: 'APIKeyNotFound',
    })
  })

  it('cannot be deleted in the session that they began', async () => {
    const { opened, owner, logIn } = await openOwner()
    await using _ = opened
    const { _id, key } = await owner.apiKeys.create('robot')
    const robot = await opened.app.logIn(Credentials.apiKey(key))

    const refused = await rejection(robot.apiKeys.delete(_id))
    const again = await logIn()
    await again.apiKeys.delete(_id)

    expect(refused.statusCode).toBe(403)
    expect(await again.apiKeys.fetchAll()).toEqual([])
  })
})
