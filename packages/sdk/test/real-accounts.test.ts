import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { customToken, customTokenSecrets, signToken } from './custom-token.ts'
import { asAda, errorOf, open, password, signUp, startWithAda } from './real-app.ts'
import { restart } from './storage/folder.ts'
import { makeFolder } from './wire-server.ts'

const withKeys = { app: { providers: ['anon-user', 'local-userpass', 'api-key'] } } as const

const atWork = Credentials.jwt(signToken({ sub: 'ada-at-work' }))

const withToken = {
  app: {
    providers: ['anon-user', 'local-userpass', customToken],
    secrets: customTokenSecrets,
  },
} as const

const typesOf = (user: { identities: { providerType: string }[] }): string[] =>
  user.identities.map(({ providerType }) => providerType)

describe('user.apiKeys of a Regent server', () => {
  it('live from creation to deletion, and log in as their owner', async () => {
    await using world = await startWithAda(withKeys)
    const { server, ada } = world

    const made = await ada.apiKeys.create('phone')
    expect(made).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      key: expect.stringMatching(/^\w{64}$/),
      name: 'phone',
      disabled: false,
    })
    const shown = { _id: made._id, name: 'phone', disabled: false }
    expect(await ada.apiKeys.fetch(made._id)).toEqual(shown)
    expect(await ada.apiKeys.fetchAll()).toEqual([shown])
    const byKey = await open(server).logIn(Credentials.apiKey(made.key))
    expect(byKey.id).toBe(ada.id)

    await ada.apiKeys.disable(made._id)
    expect(await ada.apiKeys.fetch(made._id)).toEqual({ ...shown, disabled: true })
    const refused = await errorOf(open(server).logIn(Credentials.apiKey(made.key)))
    expect(refused).toMatchObject({ code: 4346, message: 'unauthorized' })
    await ada.apiKeys.enable(made._id)
    await ada.apiKeys.enable(made._id)
    await open(server).logIn(Credentials.apiKey(made.key))
    await ada.apiKeys.delete(made._id)
    expect(await ada.apiKeys.fetchAll()).toEqual([])
    expect(await errorOf(ada.apiKeys.fetch(made._id))).toMatchObject({
      code: 4334,
      message: 'API key not found',
      hint: expect.stringContaining('fetchAll'),
    })
  })

  it('are refused with the numbers that programs compare', async () => {
    await using world = await startWithAda(withKeys)
    const { server, ada } = world
    const { _id, key } = await ada.apiKeys.create('phone')
    const bob = await signUp(open(server), 'bob@example.com')
    const anonymous = await open(server).logIn(Credentials.anonymous())
    const byKey = await open(server).logIn(Credentials.apiKey(key))
    const cases: [() => Promise<unknown>, number, number][] = [
      [() => ada.apiKeys.create('phone'), 4339, 409],
      [() => ada.apiKeys.create('my phone'), 4305, 400],
      [() => ada.apiKeys.create(''), 4351, 400],
      [() => bob.apiKeys.fetch(_id), 4334, 404],
      [() => bob.apiKeys.delete(_id), 4334, 404],
      [() => anonymous.apiKeys.create('phone'), 4351, 403],
      [() => byKey.apiKeys.delete(_id), 4351, 403],
    ]

    for (const [call, code, statusCode] of cases) {
      expect(await errorOf(call())).toMatchObject({ code, statusCode })
    }

    expect([ada, bob, anonymous, byKey].map(user => user.isLoggedIn)).toEqual(
      Array.from({ length: 4 }, () => true),
    )
  })

  it('log their user out when the session was ended elsewhere', async () => {
    await using world = await startWithAda(withKeys)
    const { server, ada } = world
    const phone = await open(server).logIn(asAda)
    await phone.sessions.endOthers()

    expect(await errorOf(ada.apiKeys.fetchAll())).toMatchObject({ code: 4301 })

    expect(ada.state).toBe('LoggedOut')
    expect(await phone.apiKeys.fetchAll()).toEqual([])
  })
})

describe('user.sessions of a Regent server', () => {
  it('shows each device, and ends one of them', async () => {
    await using world = await startWithAda()
    const { server, ada } = world
    const laptop = await open(server).logIn(asAda)
    const phone = await open(server).logIn(asAda)

    const list = await ada.sessions.list()

    expect(list).toHaveLength(3)
    expect(list.filter(({ isCurrent }) => isCurrent)).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        device: expect.objectContaining({ id: ada.deviceId, frameworkName: 'Node.js' }),
        providerType: 'local-userpass',
        createdAt: expect.any(Date),
        lastUsedAt: expect.any(Date),
        isCurrent: true,
      },
    ])
    const [own] = await phone.sessions.list()
    await ada.sessions.end(own?.id ?? '')
    expect(await errorOf(phone.refreshCustomData())).toMatchObject({ code: 4301 })
    expect(phone.state).toBe('LoggedOut')
    await laptop.refreshCustomData()
    expect(await ada.sessions.list()).toHaveLength(2)
    expect(await errorOf(ada.sessions.end(own?.id ?? ''))).toMatchObject({
      statusCode: 404,
      message: 'session not found',
    })
  })

  it('ends all others, or the own one, which is a log-out', async () => {
    await using world = await startWithAda()
    const { server, ada } = world
    const phone = await open(server).logIn(asAda)
    const bob = await signUp(open(server), 'bob@example.com')

    await ada.sessions.endOthers()

    expect(await errorOf(phone.refreshCustomData())).toMatchObject({ code: 4301 })
    const [own, ...others] = await ada.sessions.list()
    expect(others).toEqual([])
    expect(await errorOf(bob.sessions.end(own?.id ?? ''))).toMatchObject({ statusCode: 404 })
    await ada.sessions.end(own?.id ?? '')
    expect(ada.state).toBe('LoggedOut')
    expect(await bob.sessions.list()).toHaveLength(1)
  })
})

describe('user.unlinkCredentials of a Regent server', () => {
  it('takes an identity away, in place and on disk, and the user stays logged in', async () => {
    await using world = await startWithAda(withToken)
    using folder = makeFolder()
    const { server } = world
    const id = server.app.clientAppId
    const app = new App({ id, baseUrl: server.url, baseFilePath: folder.path })
    const user = await app.logIn(asAda)
    await user.linkCredentials(atWork)
    expect(typesOf(user)).toEqual(['local-userpass', 'custom-token'])

    await user.unlinkCredentials({ providerType: 'custom-token', id: 'ada-at-work' })

    expect(typesOf(user)).toEqual(['local-userpass'])
    expect(user.isLoggedIn).toBe(true)
    await user.refreshCustomData()
    using again = restart(folder.path, { baseUrl: server.url })
    expect(typesOf(again.app.allUsers[user.id] ?? { identities: [] })).toEqual(['local-userpass'])
    const stranger = await open(server).logIn(atWork)
    expect(stranger.id).not.toBe(user.id)
  })

  it('refuses the last identity and one that the user does not have', async () => {
    await using world = await startWithAda()
    const { ada } = world
    const [only] = ada.identities

    expect(await errorOf(ada.unlinkCredentials(only as never))).toMatchObject({
      code: 4347,
      message: expect.stringContaining('cannot unlink the only identity'),
    })
    const other = { providerType: 'custom-token', id: ':?/..' } as const
    expect(await errorOf(ada.unlinkCredentials(other))).toMatchObject({
      statusCode: 404,
      message: 'identity not found',
    })

    expect(ada.identities).toEqual([only])
    expect(ada.isLoggedIn).toBe(true)
  })

  it('ends the session that the identity began', async () => {
    await using world = await startWithAda(withToken)
    const { server, ada } = world
    await ada.linkCredentials(atWork)

    await ada.unlinkCredentials(ada.identities[0] as never)

    expect(ada.state).toBe('LoggedOut')
    expect(typesOf(ada)).toEqual(['custom-token'])
    const again = await open(server).logIn(atWork)
    expect(again.id).toBe(ada.id)
    const byMail = open(server).logIn(Credentials.emailPassword('ada@example.com', password))
    expect(await errorOf(byMail)).toMatchObject({ code: 4349 })
  })
})

describe('user.exportData of a Regent server', () => {
  it('gives everything that is kept about the user, while they are logged in', async () => {
    await using world = await startWithAda()
    const { ada } = world

    const data = await ada.exportData()

    expect(data).toMatchObject({
      app_id: expect.any(String),
      user: { id: ada.id, type: 'normal' },
      profile: { email: expect.stringContaining('@') },
      identities: [{ provider_type: 'local-userpass' }],
      sessions: [{ device_id: ada.deviceId }],
    })
    await ada.logOut()
    expect(await errorOf(ada.exportData())).toMatchObject({ name: expect.any(String) })
  })
})
