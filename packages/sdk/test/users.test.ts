import { inspect } from 'node:util'
import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { App, Credentials, type User } from '../src/index.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const open = (server: WireServer): App =>
  new App({ id: 'test-aaaaa', baseUrl: server.url, metadata: { mode: 'inMemory' } })
const as = (name: string) => Credentials.emailPassword(name, 'password')
const deleteSession = ['DELETE', '/auth/session'] as const

describe('app.logIn', () => {
  it('makes the user the current one, with all the server said of it', async () => {
    await using server = await startWireServer()
    const app = open(server)

    const user = await app.logIn(as('ada'))

    expect(app.currentUser).toBe(user)
    expect(app.allUsers).toEqual({ [user.id]: user })
    expect(user.id).toBe('user-ada')
    expect(user.state).toBe('LoggedIn')
    expect(user.isLoggedIn).toBe(true)
    expect(user.profile).toEqual({ email: 'ada' })
    expect(user.identities).toEqual([{ id: 'user-ada-identity', providerType: 'local-userpass' }])
    expect(user.providerType).toBe('local-userpass')
    expect(user.deviceId).toBe('65a0c0ffee0000000000d001')
    expect(user.customData).toEqual({})
  })

  it('gives the same object to a user who logs in again, with new tokens', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const first = await app.logIn(as('ada'))
    const before = first.refreshToken

    const second = await app.logIn(as('ada'))
    await second.logOut()
    const third = await app.logIn(as('ada'))

    expect(second).toBe(first)
    expect(third).toBe(first)
    expect(first.refreshToken).not.toBe(before)
    expect(server.sessions.has(before ?? '')).toBe(true)
  })

  it('takes the anonymous user who is there, without a request', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const first = await app.logIn(Credentials.anonymous())
    await app.logIn(as('ada'))
    const before = server.requests.length

    const second = await app.logIn(Credentials.anonymous())

    expect(second).toBe(first)
    expect(app.currentUser).toBe(first)
    expect(server.requests.length).toBe(before)
    expect(await app.logIn(Credentials.anonymous(false))).not.toBe(first)
  })

  it('changes nothing when the profile cannot be had, and ends the session', async () => {
    await using server = await startWireServer()
    const app = open(server)
    let told = 0
    app.addListener(() => told++)
    server.answerWith(({ path }) => (path.endsWith('/profile') ? { status: 500 } : undefined))

    await expect(app.logIn(as('ada'))).rejects.toMatchObject({ statusCode: 500 })

    expect(app.allUsers).toEqual({})
    expect(told).toBe(0)
    await expect.poll(() => server.sessions.size).toBe(0)
  })
})

describe('user.logOut', () => {
  it('erases the tokens before the server has answered, and ends the session', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(as('ada'))

    const done = user.logOut()

    expect(user.state).toBe('LoggedOut')
    expect(user.accessToken).toBe('')
    expect(user.refreshToken).toBe('')
    expect(app.currentUser).toBeNull()
    await done
    expect(server.sessions.size).toBe(0)
    expect(app.allUsers).toEqual({ [user.id]: user })
    await user.logOut()
    expect(server.count(...deleteSession)).toBe(1)
  })

  it('removes an anonymous user', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(Credentials.anonymous())

    await user.logOut()

    expect(user.state).toBe('Removed')
    expect(app.allUsers).toEqual({})
  })

  it('falls back to the user who was active before', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const ada = await app.logIn(as('ada'))
    const bob = await app.logIn(as('bob'))
    const eve = await app.logIn(as('eve'))
    app.switchUser(ada)
    app.switchUser(eve)

    await eve.logOut()
    expect(app.currentUser).toBe(ada)
    await ada.logOut()
    expect(app.currentUser).toBe(bob)
    await bob.logOut()
    expect(app.currentUser).toBeNull()
  })

  it('is done when the session is gone already', async () => {
    await using server = await startWireServer()
    const user = await open(server).logIn(as('ada'))
    server.sessions.clear()

    await user.logOut()

    expect(user.state).toBe('LoggedOut')
  })

  it('works without a server, and ends the session when the server is back', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const ada = await app.logIn(as('ada'))
    server.answerWith(() => ({ status: 503 }))
    await ada.logOut()
    expect(ada.state).toBe('LoggedOut')
    expect(server.sessions.size).toBe(1)

    server.answerWith(() => undefined)
    await app.logIn(as('bob'))

    await expect.poll(() => server.sessions.size).toBe(1)
    expect([...server.sessions.values()]).toEqual(['user-bob'])
  })
})

describe('app.switchUser', () => {
  it('refuses a user who is logged out, removed or deleted', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const out = await app.logIn(as('ada'))
    await out.logOut()
    const removed = await app.logIn(as('bob'))
    await app.removeUser(removed)
    const deleted = await app.logIn(as('eve'))
    await app.deleteUser(deleted)

    for (const user of [out, removed, deleted]) {
      expect(() => app.switchUser(user)).toThrow('User is no longer valid or is logged out')
    }
    expect(() => app.switchUser({} as User)).toThrow("Expected 'user' to be an instance of User")
  })
})

describe('app.removeUser', () => {
  it('ends the session and forgets the user at once; a later login is another object', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(as('ada'))

    const done = app.removeUser(user)

    expect(user.state).toBe('Removed')
    expect(user.isLoggedIn).toBe(false)
    expect(app.allUsers).toEqual({})
    await done
    expect(server.sessions.size).toBe(0)
    await expect(app.removeUser(user)).rejects.toMatchObject({
      message: 'User has already been removed',
      code: 4100,
    })
    const again = await app.logIn(as('ada'))
    expect(again.id).toBe(user.id)
    expect(again).not.toBe(user)
    expect(user.state).toBe('Removed')
  })

  it('sends nothing for a user who is logged out', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(as('ada'))
    await user.logOut()
    const before = server.requests.length

    await app.removeUser(user)

    expect(server.requests.length).toBe(before)
    expect(app.allUsers).toEqual({})
  })
})

describe('app.deleteUser', () => {
  it('deletes with that user’s own token, whoever is current', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const ada = await app.logIn(as('ada'))
    const bob = await app.logIn(as('bob'))

    await app.deleteUser(ada)

    expect(ada.state).toBe('Removed')
    expect(app.currentUser).toBe(bob)
    expect([...server.sessions.values()]).toEqual(['user-bob'])
    expect(server.count(...deleteSession)).toBe(0)
  })

  it('wants a logged-in user, and keeps one whom the server did not delete', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(as('ada'))
    server.answerWith(({ path }) => (path.endsWith('/delete') ? { status: 503 } : undefined))
    await expect(app.deleteUser(user)).rejects.toMatchObject({ statusCode: 503 })
    expect(user.isLoggedIn).toBe(true)
    await user.logOut()

    await expect(app.deleteUser(user)).rejects.toMatchObject({
      message: 'User must be logged in to be deleted.',
      code: 4101,
    })
  })
})

describe('user.linkCredentials', () => {
  it('changes the user in place and keeps the refresh token', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(Credentials.anonymous())
    const { refreshToken, accessToken } = user
    server.answerWith(({ path }) => {
      if (!path.endsWith('/profile')) return undefined
      const types = ['anon-user', 'local-userpass']
      const identities = types.map(provider_type => ({ id: provider_type, provider_type }))
      return { status: 200, body: { identities, data: { email: 'ada' }, type: 'normal' } }
    })

    await user.linkCredentials(as('ada'))

    expect(user.identities.map(identity => identity.providerType)).toEqual([
      'anon-user',
      'local-userpass',
    ])
    expect(user.profile).toEqual({ email: 'ada' })
    expect(user.refreshToken).toBe(refreshToken)
    expect(user.accessToken).not.toBe(accessToken)
    await user.logOut()
    expect(user.state).toBe('LoggedOut')
  })

  it('refuses a user who is logged out, and anonymous credentials', async () => {
    await using server = await startWireServer()
    const user = await open(server).logIn(as('ada'))
    await expect(user.linkCredentials(Credentials.anonymous())).rejects.toMatchObject({
      message: 'Cannot add anonymous credentials to an existing user.',
      code: 4105,
    })
    await user.logOut()

    await expect(user.linkCredentials(as('bob'))).rejects.toMatchObject({
      message: 'The specified user is not logged in.',
      code: 4101,
    })
  })

  it('does not take the token of another user', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const ada = await app.logIn(as('ada'))
    const { accessToken } = ada
    server.answerWith(({ path }) =>
      path.endsWith('link=true')
        ? {
            status: 200,
            body: { access_token: server.makeAccessToken('user-bob'), user_id: 'user-bob' },
          }
        : undefined,
    )

    await expect(ada.linkCredentials(as('bob'))).rejects.toMatchObject({ code: 4200 })
    expect(ada.accessToken).toBe(accessToken)
  })
})

describe('listeners', () => {
  it('of the app are called once per login, switch, log-out and removal', async () => {
    await using server = await startWireServer()
    const app = open(server)
    let told = 0
    const listener = () => told++
    app.addListener(listener)
    expect(() => app.addListener(listener)).toThrow('Remove callback before adding it again')

    const ada = await app.logIn(as('ada'))
    expect(told).toBe(1)
    await app.logIn(as('bob'))
    expect(told).toBe(2)
    app.switchUser(ada)
    expect(told).toBe(3)
    await ada.logOut()
    expect(told).toBe(4)
    await app.removeUser(ada)
    expect(told).toBe(5)
    app.removeListener(listener)
    await app.logIn(as('ada'))
    expect(told).toBe(5)
  })

  it('are all called when one throws, and all gone after removeAllListeners', async () => {
    await using server = await startWireServer()
    const app = open(server)
    const user = await app.logIn(as('ada'))
    const former = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const uncaught = new Promise(resolve => process.once('uncaughtException', resolve))
    let told = 0
    user.addListener(() => {
      throw new Error('mine')
    })
    user.addListener(() => told++)

    await user.refreshCustomData()
    expect(await uncaught).toEqual(new Error('mine'))
    for (const listener of former) process.on('uncaughtException', listener)

    expect(told).toBe(1)
    user.removeAllListeners()
    await user.refreshCustomData()
    expect(told).toBe(1)
  })
})

describe('a user', () => {
  it('shows no token when it is printed', async () => {
    await using server = await startWireServer()
    const user = await open(server).logIn(as('ada'))

    const printed = inspect(user, { depth: 9, showHidden: true }) + JSON.stringify(user)

    expect(printed).not.toContain(user.refreshToken)
    expect(printed).not.toContain(user.accessToken)
  })

  it('has custom data in BSON types', async () => {
    await using server = await startWireServer()
    const user = await open(server).logIn(as('ada'))
    const friend = new ObjectId()
    const user_data = {
      age: { $numberInt: '5' },
      at: { $date: { $numberLong: '0' } },
      friends: [{ $oid: friend.toHexString() }],
    }
    server.answerWith(({ method, path }) =>
      method === 'POST' && path.endsWith('/session')
        ? { status: 201, body: { access_token: server.makeAccessToken(user.id, { user_data }) } }
        : undefined,
    )

    const customData = await user.refreshCustomData()

    expect(customData).toEqual({ age: 5, at: new Date(0), friends: [friend] })
    expect((customData.friends as unknown[])[0]).toBeInstanceOf(ObjectId)
    expect(user.customData).toEqual(customData)
  })
})
