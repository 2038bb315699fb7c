import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, refused } from './clients.ts'

type Token = { readonly token: string; readonly tokenId: string }

/** Decides by the address: what stands before the `@` is the status, or what goes wrong. */
const decide = `
  const decide = username => {
    const [what] = username.split('@')
    if (what === 'throw') throw new Error('out of plums')
    if (what === 'nothing') return undefined
    if (what === 'text') return 'success'
    if (what === 'endless') for (;;) {}
    return { status: what }
  }
`

const functions = {
  confirmUser: {
    source: `${decide} exports = ({ token, tokenId, username }) => {
      console.log(JSON.stringify({ token, tokenId, username }))
      return decide(username)
    }`,
    private: true,
  },
  resetUser: {
    source: `${decide} exports = ({ token, tokenId, username, password, currentPasswordValid }, ...answers) => {
      console.log(JSON.stringify({ token, tokenId, username, password, currentPasswordValid, answers }))
      return answers.length === 0 ? decide(username) : { status: answers[0] }
    }`,
    private: true,
  },
} as const satisfies TestApp['functions']

const appWith = (config: Record<string, unknown>): TestApp => ({
  functions,
  providers: ['anon-user', { type: 'local-userpass', config }],
})

const byFunctions = appWith({
  autoConfirm: false,
  confirmationFunctionName: 'confirmUser',
  resetFunctionName: 'resetUser',
})
const resettable = appWith({ autoConfirm: true, resetFunctionName: 'resetUser' })

const password = 'ada-secret'

/** What the functions were given so far, oldest first. */
const given = (server: TestServer): (Token & Record<string, unknown>)[] =>
  server
    .logs()
    .flatMap(line => (line.printed ?? []) as string[])
    .map(text => JSON.parse(text.slice(text.indexOf('{'))))

const lastGiven = (server: TestServer): Token & Record<string, unknown> => {
  const last = given(server).at(-1)
  if (!last) throw new Error('no function was called')
  return last
}

const paths = (server: TestServer) => {
  const { clientAppId } = server.app
  return {
    register: clientPaths.register(clientAppId),
    confirm: clientPaths.confirm(clientAppId),
    confirmSend: clientPaths.confirmSend(clientAppId),
    confirmCall: clientPaths.confirmCall(clientAppId),
    reset: clientPaths.reset(clientAppId),
    resetSend: clientPaths.resetSend(clientAppId),
    resetCall: clientPaths.resetCall(clientAppId),
    login: clientPaths.login(clientAppId, 'local-userpass'),
  }
}

const loginStatus = async (server: TestServer, username: string, secret = password) =>
  (await post(server, paths(server).login, { username, password: secret })).status

const notConfirmed = (email: string) => ({
  status: 400,
  error: `failed to confirm user "${email}"`,
  error_code: 'BadRequest',
})

describe('a confirmation function', () => {
  it('confirms at once with success, and was given token and name', async () => {
    await using server = await startTestServer({ app: byFunctions })
    const email = 'success@Example.com'

    expect((await post(server, paths(server).register, { email, password })).status).toBe(201)

    expect(lastGiven(server)).toEqual({
      token: expect.stringMatching(/^[0-9a-f]{128}$/),
      tokenId: expect.stringMatching(/^[0-9a-f]{24}$/),
      username: email,
    })
    expect(await loginStatus(server, email)).toBe(200)
    const { token, tokenId } = lastGiven(server)
    const late = await post(server, paths(server).confirm, { token, tokenId })
    expect(await refused(late)).toMatchObject({ error_code: 'UserpassTokenInvalid' })
  })

  it('leaves the user pending until its token comes back, for 30 minutes', async () => {
    await using server = await startTestServer({ app: byFunctions })
    const email = 'pending@example.com'

    expect((await post(server, paths(server).register, { email, password })).status).toBe(201)
    const { token, tokenId } = lastGiven(server)

    expect(
      await refused(await post(server, paths(server).login, { username: email, password })),
    ).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'AuthError',
    })
    expect((await post(server, paths(server).confirm, { token, tokenId })).status).toBe(204)
    expect(await loginStatus(server, email)).toBe(200)

    await post(server, paths(server).register, { email: 'pending@two.com', password })
    server.advance(30 * 60_000)
    const { token: old, tokenId: oldId } = lastGiven(server)
    const late = await post(server, paths(server).confirm, { token: old, tokenId: oldId })
    expect(await refused(late)).toEqual({
      status: 400,
      error: 'userpass token is expired or invalid',
      error_code: 'UserpassTokenInvalid',
    })
  })

  it('leaves nothing of the user when it fails, throws, decides nothing or does not end', async () => {
    await using server = await startTestServer({
      app: byFunctions,
      settings: { functionSeconds: 1 },
    })

    for (const what of ['fail', 'throw', 'nothing', 'text', 'maybe', 'endless']) {
      const email = `${what}@example.com`
      for (let time = 0; time < 2; time += 1) {
        const response = await post(server, paths(server).register, { email, password })
        expect(await refused(response)).toEqual(notConfirmed(email))
      }
      expect(await server.deps.store.passwords.find(server.app.id, email)).toBeUndefined()
      const { token, tokenId } = lastGiven(server)
      if (what === 'endless') continue
      expect((await post(server, paths(server).confirm, { token, tokenId })).status).toBe(400)
    }
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'a function decided nothing: its status must be success, pending or fail',
        returned: 'an object with status in it',
      }),
    )
  })

  it('runs again for who is pending, with a new token', async () => {
    await using server = await startTestServer({ app: byFunctions })
    const { store } = server.deps
    const email = 'pending@example.com'
    await post(server, paths(server).register, { email, password })
    const first = lastGiven(server)

    expect((await post(server, paths(server).confirmCall, { email })).status).toBe(204)

    const second = lastGiven(server)
    expect(second.username).toBe(email)
    expect(second.tokenId).not.toBe(first.tokenId)
    const { token, tokenId } = second
    expect((await post(server, paths(server).confirm, { token, tokenId })).status).toBe(204)
    expect(await refused(await post(server, paths(server).confirmCall, { email }))).toEqual({
      status: 400,
      error: 'already confirmed',
      error_code: 'UserAlreadyConfirmed',
    })
    const nobody = { email: 'nobody@example.com' }
    expect(await refused(await post(server, paths(server).confirmCall, nobody))).toEqual({
      status: 404,
      error: 'user not found',
      error_code: 'UserNotFound',
    })
    expect(await store.passwords.find(server.app.id, email)).toMatchObject({ state: 'confirmed' })
  })

  it('decides anew when it runs again; only its fail removes who is pending', async () => {
    await using server = await startTestServer({ app: byFunctions })
    const { store } = server.deps
    const pend = async (email: string) => {
      await post(server, paths(server).register, { email: 'pending@example.com', password })
      const account = await store.passwords.find(server.app.id, 'pending@example.com')
      if (!account) throw new Error('not registered')
      await store.passwords.removePending(account)
      await store.passwords.insert({ ...account, key: email, email })
    }
    const rerun = (email: string) => post(server, paths(server).confirmCall, { email })
    const stateOf = async (email: string) =>
      (await store.passwords.find(server.app.id, email))?.state

    for (const what of ['success', 'fail', 'throw', 'text']) await pend(`${what}@example.com`)

    expect((await rerun('success@example.com')).status).toBe(204)
    expect(await loginStatus(server, 'success@example.com')).toBe(200)
    for (const what of ['fail', 'throw', 'text']) {
      const email = `${what}@example.com`
      expect(await refused(await rerun(email))).toEqual(notConfirmed(email))
      expect(await stateOf(email)).toBe(what === 'fail' ? undefined : 'pending')
    }
  })

  it('is there in place of letters', async () => {
    await using server = await startTestServer({ app: byFunctions })
    await post(server, paths(server).register, { email: 'pending@example.com', password })
    await post(server, paths(server).register, { email: 'success@example.com', password })
    const send = (email: string) => post(server, paths(server).confirmSend, { email })

    expect(await refused(await send('nobody@example.com'))).toMatchObject({
      error: 'user not found',
    })
    expect(await refused(await send('success@example.com'))).toMatchObject({
      error: 'already confirmed',
    })
    expect(await refused(await send('pending@example.com'))).toEqual({
      status: 400,
      error: 'cannot send confirmation to pending@example.com: confirmation by function is enabled',
      error_code: 'BadRequest',
    })
    expect(await server.mailbox()).toEqual([])
  })

  it('makes who runs it too often wait', async () => {
    await using server = await startTestServer({ app: byFunctions })
    const email = 'pending@example.com'
    await post(server, paths(server).register, { email, password })
    const statuses: number[] = []

    for (let run = 0; run < 6; run += 1) {
      statuses.push((await post(server, paths(server).confirmCall, { email })).status)
    }

    expect(statuses).toEqual([204, 204, 204, 204, 204, 429])
  })
})

describe('a reset function', () => {
  const startRegistered = async (email: string, app = resettable) => {
    const server = await startTestServer({ app })
    await post(server, paths(server).register, { email, password })
    return server
  }
  const resetCall = (server: TestServer, json: object) =>
    post(server, paths(server).resetCall, json)
  const email = 'ada@example.com'

  it('is given all there is, and its success sets the password and ends the sessions', async () => {
    await using server = await startRegistered(email)
    const session = await logIn(server, 'local-userpass', { username: email, password })
    const json = {
      email: 'ADA@example.com',
      password: 'new-secret',
      arguments: ['success', { $numberInt: '7' }],
    }

    expect((await resetCall(server, json)).status).toBe(204)

    expect(lastGiven(server)).toEqual({
      token: expect.stringMatching(/^[0-9a-f]{128}$/),
      tokenId: expect.stringMatching(/^[0-9a-f]{24}$/),
      username: email,
      password: 'new-secret',
      currentPasswordValid: false,
      answers: ['success', 7],
    })
    expect(await loginStatus(server, email)).toBe(401)
    expect(await loginStatus(server, email, 'new-secret')).toBe(200)
    const refresh = await server.request('POST', clientPaths.session(), {
      bearer: session.refresh_token,
    })
    expect(refresh.status).toBe(401)
    const { token, tokenId } = lastGiven(server)
    const late = await post(server, paths(server).reset, {
      token,
      tokenId,
      password: 'third-secret',
    })
    expect(await refused(late)).toMatchObject({ error_code: 'UserpassTokenInvalid' })
  })

  it('leaves the sessions where the app wants that', async () => {
    await using server = await startRegistered(email, {
      ...resettable,
      endSessionsOnPasswordChange: false,
    })
    const session = await logIn(server, 'local-userpass', { username: email, password })
    const refresh = async () =>
      (await server.request('POST', clientPaths.session(), { bearer: session.refresh_token }))
        .status

    await resetCall(server, { email, password: 'new-secret', arguments: ['success'] })
    expect(await refresh()).toBe(201)
    await resetCall(server, { email, password: 'x-secret', arguments: ['pending'] })
    const { token, tokenId } = lastGiven(server)
    await post(server, paths(server).reset, { token, tokenId, password: 'third-secret' })

    expect(await loginStatus(server, email, 'third-secret')).toBe(200)
    expect(await refresh()).toBe(201)
  })

  it('changes nothing with pending until its token comes back, with the password given then', async () => {
    await using server = await startRegistered(email)

    const asked = { email, password, arguments: ['pending'] }
    expect((await resetCall(server, asked)).status).toBe(204)
    const { token, tokenId, currentPasswordValid } = lastGiven(server)

    expect(currentPasswordValid).toBe(true)
    expect(await loginStatus(server, email)).toBe(200)
    const reset = { token, tokenId, password: 'new-secret' }
    expect((await post(server, paths(server).reset, reset)).status).toBe(204)
    expect(await loginStatus(server, email, 'new-secret')).toBe(200)
    expect(await loginStatus(server, email)).toBe(401)
  })

  it('changes nothing when it fails, throws or decides nothing', async () => {
    await using server = await startTestServer({ app: resettable })

    for (const what of ['fail', 'throw', 'nothing', 'text']) {
      const username = `${what}@example.com`
      await post(server, paths(server).register, { email: username, password })
      const response = await resetCall(server, { email: username, password: 'new-secret' })
      expect(await refused(response)).toEqual({
        status: 400,
        error: `failed to reset password for user "${username}"`,
        error_code: 'BadRequest',
      })
      const { token, tokenId } = lastGiven(server)
      const reset = { token, tokenId, password: 'new-secret' }
      expect((await post(server, paths(server).reset, reset)).status).toBe(400)
      expect(await loginStatus(server, username)).toBe(200)
    }
  })

  it('is not run for unknown users and impossible passwords, nor where there is none', async () => {
    await using server = await startRegistered(email)
    await using byMail = await startRegistered(email, appWith({ autoConfirm: true }))

    expect(
      await refused(
        await resetCall(server, { email: 'nobody@example.com', password: 'new-secret' }),
      ),
    ).toEqual({ status: 404, error: 'user not found', error_code: 'UserNotFound' })
    expect(await refused(await resetCall(server, { email, password: '12345' }))).toEqual({
      status: 400,
      error: 'password must be between 6 and 128 characters',
      error_code: 'BadRequest',
    })
    expect(await refused(await resetCall(byMail, { email, password: 'new-secret' }))).toEqual({
      status: 400,
      error: 'please use reset password via email',
      error_code: 'BadRequest',
    })
    expect(given(server)).toEqual([])
  })

  it('is there in place of letters', async () => {
    await using server = await startRegistered(email)

    for (const who of [email, 'nobody@example.com']) {
      expect(await refused(await post(server, paths(server).resetSend, { email: who }))).toEqual({
        status: 400,
        error: 'please use reset password via function',
        error_code: 'BadRequest',
      })
    }
    expect(await server.mailbox()).toEqual([])
  })
})
