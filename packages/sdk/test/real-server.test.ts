import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { open, password, signUp } from './real-app.ts'
import { restart } from './storage/folder.ts'
import { makeFolder } from './wire-server.ts'

const halfAnHour = 30 * 60 * 1_000

const tokensIn = (letter: { readonly text?: string } | undefined) => {
  const [, query = ''] = /\?(\S*token=\S+)/.exec(letter?.text ?? '') ?? []
  const parameters = new URLSearchParams(query)
  return { token: parameters.get('token') ?? '', tokenId: parameters.get('tokenId') ?? '' }
}

const byMail = {
  type: 'local-userpass',
  config: {
    autoConfirm: false,
    emailConfirmationUrl: 'https://shop.example/confirm',
    resetPasswordUrl: 'https://shop.example/reset',
  },
} as const

describe('against a Regent server', () => {
  it('an anonymous user lives from log-in to log-out', async () => {
    await using server = await startTestServer()
    const app = open(server)

    const user = await app.logIn(Credentials.anonymous())

    expect(user.id).toMatch(/^[0-9a-f]{24}$/)
    expect(user.providerType).toBe('anon-user')
    expect(user.profile).toEqual({})
    expect(user.customData).toEqual({})
    expect(user.deviceId).toMatch(/^[0-9a-f]{24}$/)
    expect(await app.logIn(Credentials.anonymous())).toBe(user)
    const { refreshToken } = user
    await user.logOut()
    expect(user.state).toBe('Removed')
    const response = await server.request('POST', '/api/client/v2.0/auth/session', {
      bearer: refreshToken ?? '',
    })
    expect(response.status).toBe(401)
  })

  it('several users register, switch, log out and are deleted', async () => {
    await using server = await startTestServer()
    const app = open(server)
    const ada = await signUp(app, 'ada@example.com')
    const bob = await signUp(app, 'bob@example.com')
    expect(ada.profile).toEqual({ email: 'ada@example.com' })
    expect(ada.deviceId).toBe(bob.deviceId)

    app.switchUser(ada)
    expect(app.currentUser).toBe(ada)
    await ada.logOut()
    expect(app.currentUser).toBe(bob)
    await app.deleteUser(bob)

    expect(Object.keys(app.allUsers)).toEqual([ada.id])
    const logIn = app.logIn(Credentials.emailPassword('bob@example.com', password))
    await expect(logIn).rejects.toMatchObject({ message: 'unauthorized', code: 4349 })
    expect((await signUp(app, 'bob@example.com')).id).not.toBe(bob.id)
  })

  it('an access token that ran out is refreshed once for many calls', async () => {
    await using server = await startTestServer()
    const app = open(server)
    const ada = await signUp(app, 'ada@example.com')
    const { accessToken } = ada
    server.advance(halfAnHour + 1_000)

    await Promise.all([
      expect(ada.linkCredentials(Credentials.emailPassword('x', 'wrong!'))).rejects.toThrow(),
      expect(ada.linkCredentials(Credentials.emailPassword('y', 'wrong!'))).rejects.toThrow(),
    ])

    expect(ada.isLoggedIn).toBe(true)
    expect(ada.accessToken).not.toBe(accessToken)
  })

  it('a user whose sessions an operator ended is logged out by the next call', async () => {
    await using server = await startTestServer()
    const app = open(server)
    const ada = await signUp(app, 'ada@example.com')
    const path = `/api/admin/v3.0/groups/${server.projectId}/apps/${server.app.id}/users/${ada.id}/logout`
    const { status } = await server.request('PUT', path, { bearer: server.operatorKey })
    expect(status).toBe(204)

    await expect(ada.refreshCustomData()).rejects.toMatchObject({ code: 4301 })

    expect(ada.state).toBe('LoggedOut')
  })

  it('an anonymous user links an e-mail address and is the same user after it', async () => {
    await using server = await startTestServer()
    const app = open(server)
    const user = await app.logIn(Credentials.anonymous())
    const credentials = Credentials.emailPassword('ada@example.com', password)
    await app.emailPasswordAuth.registerUser({ email: 'ada@example.com', password })

    await user.linkCredentials(credentials)

    expect(user.identities.map(identity => identity.providerType)).toEqual([
      'anon-user',
      'local-userpass',
    ])
    expect(user.profile).toEqual({ email: 'ada@example.com' })
    await user.logOut()
    expect(user.state).toBe('LoggedOut')
    expect(await app.logIn(credentials)).toBe(user)
  })

  it('an identity of another user is not linked, and nothing loops', async () => {
    await using server = await startTestServer()
    const app = open(server)
    await signUp(app, 'ada@example.com')
    const bob = await signUp(app, 'bob@example.com')

    const linked = bob.linkCredentials(Credentials.emailPassword('ada@example.com', password))

    await expect(linked).rejects.toMatchObject({
      code: 4346,
      message: expect.stringContaining('unauthorized'),
    })
    expect(bob.isLoggedIn).toBe(true)
  })

  it('an address is confirmed and a password reset by letter', async () => {
    await using server = await startTestServer({ app: { providers: [byMail] } })
    const app = open(server)
    const { emailPasswordAuth } = app
    const email = 'ada@example.com'
    await emailPasswordAuth.registerUser({ email, password })
    const refused = app.logIn(Credentials.emailPassword(email, password))
    await expect(refused).rejects.toMatchObject({ message: 'unauthorized', code: 4346 })
    await emailPasswordAuth.resendConfirmationEmail({ email })
    await emailPasswordAuth.confirmUser(tokensIn((await server.mailbox())[0]))
    await emailPasswordAuth.sendResetPasswordEmail({ email })
    const tokens = tokensIn((await server.mailbox())[0])

    await emailPasswordAuth.resetPassword({ ...tokens, password: 'another one' })

    const old = app.logIn(Credentials.emailPassword(email, password))
    await expect(old).rejects.toMatchObject({ code: 4349 })
    const user = await app.logIn(Credentials.emailPassword(email, 'another one'))
    expect(user.profile).toEqual({ email })
  })

  it('refusals of e-mail calls have the text and the number that programs compare', async () => {
    await using server = await startTestServer()
    const { emailPasswordAuth } = open(server)
    const email = 'ada@example.com'
    await emailPasswordAuth.registerUser({ email, password })
    const bad = { token: 'e30=', tokenId: 'e30=' }
    const cases: [() => Promise<void>, string, number][] = [
      [() => emailPasswordAuth.registerUser({ email, password }), 'name already in use', 4348],
      [
        () => emailPasswordAuth.registerUser({ email: 'bob', password: 'short' }),
        'password must be between 6 and 128 characters',
        4347,
      ],
      [() => emailPasswordAuth.confirmUser(bad), 'invalid token data', 4347],
      [() => emailPasswordAuth.resetPassword({ ...bad, password }), 'invalid token data', 4347],
      [() => emailPasswordAuth.resendConfirmationEmail({ email }), 'already confirmed', 4343],
      [
        () => emailPasswordAuth.retryCustomConfirmation({ email }),
        `cannot run confirmation for ${email}: automatic confirmation is enabled`,
        4347,
      ],
      [() => emailPasswordAuth.sendResetPasswordEmail({ email: 'nobody' }), 'user not found', 4344],
    ]
    for (const [call, message, code] of cases) {
      await expect(call()).rejects.toMatchObject({
        message,
        code,
        link: expect.stringContaining(server.url),
      })
    }
    await expect(emailPasswordAuth.registerUser({} as never)).rejects.toThrow(
      "Expected 'email' to be a string, got undefined",
    )
    const reset = emailPasswordAuth.callResetPasswordFunction({ email, password }, 1, 'two')
    await expect(reset).rejects.toMatchObject({ name: 'RegentError' })
  })

  it('an app that is not there is named', async () => {
    await using server = await startTestServer()
    const app = new App({ id: 'smurf', baseUrl: server.url, metadata: { mode: 'inMemory' } })

    await expect(app.logIn(Credentials.anonymous())).rejects.toThrow(
      "cannot find app using Client App ID 'smurf'",
    )
  })

  it('a user survives a restart of the program and of the server', async () => {
    using data = makeFolder()
    using folder = makeFolder()
    const options = { app: { clientAppId: 'test-aaaaa' }, dataDir: data.path }
    await using before = await startTestServer(options)
    const app = new App({ id: 'test-aaaaa', baseUrl: before.url, baseFilePath: folder.path })
    const ada = await signUp(app, 'ada@example.com')
    await before.stop()
    await using after = await startTestServer(options)

    using again = restart(folder.path, { baseUrl: after.url })

    expect(again.app.currentUser?.id).toBe(ada.id)
    await again.app.currentUser?.refreshCustomData()
    expect(again.app.currentUser?.accessToken).not.toBe(ada.accessToken)
  })
})
