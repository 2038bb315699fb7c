import { describe, expect, it } from 'vitest'
import { App, Credentials, type User } from '../src/index.ts'
import { makeToken, startWireServer, type WireServer } from './wire-server.ts'

const session = '/auth/session'
const link = '/local-userpass/login?link=true'

const logInAs = async (server: WireServer, name: string): Promise<{ app: App; user: User }> => {
  const app = new App({ id: 'test-aaaaa', baseUrl: server.url, metadata: { mode: 'inMemory' } })
  const user = await app.logIn(Credentials.emailPassword(name, 'password'))
  return { app, user }
}

const linkTo = (user: User) => user.linkCredentials(Credentials.emailPassword('other', 'password'))

describe('refreshing an access token', () => {
  const forBusyMachines = { timeout: 60_000 }

  it(
    'happens once for 1,000 calls that the server refuses, and each is sent once more',
    forBusyMachines,
    async () => {
      await using server = await startWireServer()
      const { user } = await logInAs(server, 'ada')
      server.expireAccessTokens()

      await Promise.all(Array.from({ length: 1_000 }, () => user.callFunction('f')))

      expect(server.count('POST', session)).toBe(1)
      expect(server.count('POST', '/functions/call')).toBe(2_000)
    },
  )

  it('happens once for 1,000 calls of refreshCustomData at a time', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    server.expireAccessTokens()

    await Promise.all(Array.from({ length: 1_000 }, () => user.refreshCustomData()))

    expect(server.count('POST', session)).toBe(1)
  })

  it('is not tried when the token only looks expired', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')

    await linkTo(user)

    expect(server.count('POST', session)).toBe(0)
  })

  it('does not loop when the server goes on refusing', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    server.answerWith(({ path }) =>
      path.endsWith(link) ? { status: 401, body: { error: 'unauthorized' } } : undefined,
    )

    await expect(linkTo(user)).rejects.toMatchObject({ message: 'unauthorized', statusCode: 401 })

    expect(server.count('POST', session)).toBe(1)
    expect(server.count('POST', link)).toBe(2)
    expect(user.isLoggedIn).toBe(true)
  })

  it('is not tried for credentials that are refused', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const body = { error: 'unauthorized', error_code: 'InvalidPassword' }
    server.answerWith(({ path }) => (path.endsWith(link) ? { status: 401, body } : undefined))

    await expect(linkTo(user)).rejects.toMatchObject({ code: 4349 })

    expect(server.count('POST', session)).toBe(0)
    expect(server.count('POST', link)).toBe(1)
  })

  it('logs the user out when the session was revoked, and sends nothing more', async () => {
    await using server = await startWireServer()
    const { app, user } = await logInAs(server, 'ada')
    let told = 0
    user.addListener(() => told++)
    server.expireAccessTokens()
    server.sessions.clear()

    await expect(linkTo(user)).rejects.toMatchObject({ message: 'invalid session', code: 4301 })

    expect(user.state).toBe('LoggedOut')
    expect(user.accessToken).toBe('')
    expect(user.refreshToken).toBe('')
    expect(app.currentUser).toBeNull()
    expect(app.allUsers[user.id]).toBe(user)
    expect(told).toBe(1)
    const before = server.requests.length
    await expect(user.refreshCustomData()).rejects.toMatchObject({ code: 4101 })
    expect(server.requests.length).toBe(before)
  })

  it('keeps the user logged in when the refresh fails for another reason', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    server.expireAccessTokens()
    server.answerWith(({ path }) => (path.endsWith(session) ? { status: 503 } : undefined))

    await expect(linkTo(user)).rejects.toMatchObject({ message: 'invalid session' })
    expect(user.isLoggedIn).toBe(true)

    server.answerWith(() => undefined)
    await linkTo(user)
    expect(server.count('POST', session)).toBe(2)
  })

  it('changes nothing when it ends after a log-out', async () => {
    await using server = await startWireServer()
    const { app, user } = await logInAs(server, 'ada')
    const refreshed = { status: 201, body: { access_token: makeToken({ sub: user.id }) } }
    server.answerWith(async ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith(session)) return undefined
      await user.logOut()
      return refreshed
    })

    await user.refreshCustomData()

    expect(user.state).toBe('LoggedOut')
    expect(user.accessToken).toBe('')
    expect(app.currentUser).toBeNull()
  })

  it('does not put an old token in place of that of a new login', async () => {
    await using server = await startWireServer()
    const { app, user } = await logInAs(server, 'ada')
    server.answerWith(async ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith(session)) return undefined
      server.answerWith(() => undefined)
      await app.logIn(Credentials.emailPassword('ada', 'password'))
      return { status: 201, body: { access_token: makeToken({ sub: 'old login' }) } }
    })

    await user.refreshCustomData()

    expect(user.accessToken).not.toBe(makeToken({ sub: 'old login' }))
    await linkTo(user)
    expect(server.count('POST', link)).toBe(1)
  })

  it('brings custom data that was written while another refresh was under way', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    let colour = 'red'
    let later: Promise<unknown> = Promise.resolve()
    server.answerWith(({ method, path }) => {
      if (method !== 'POST' || !path.endsWith(session)) return undefined
      const user_data = { colour }
      if (colour === 'red') {
        colour = 'green'
        later = user.refreshCustomData()
      }
      return { status: 201, body: { access_token: makeToken({ user_data }) } }
    })

    expect(await user.refreshCustomData()).toEqual({ colour: 'red' })

    expect(await later).toEqual({ colour: 'green' })
  })

  it('refuses a token that is none', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const before = user.accessToken
    server.answerWith(({ method, path }) =>
      method === 'POST' && path.endsWith(session)
        ? { status: 201, body: { access_token: 'no token' } }
        : undefined,
    )

    await expect(user.refreshCustomData()).rejects.toMatchObject({
      message: 'malformed JWT',
      code: 4200,
    })
    expect(user.accessToken).toBe(before)
  })
})
