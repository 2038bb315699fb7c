import { adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { sweepOnce } from '../../../src/jobs/sweep.ts'
import { logIn, refused } from '../../client/clients.ts'
import { operatorOf, password, refreshStatus, register, signUp } from './operator.ts'

const unknown = '0123456789abcdef01234567'
const logInAs = (server: Parameters<typeof logIn>[0], username: string, secret = password) =>
  server.request('POST', clientPaths.login(server.app.clientAppId, 'local-userpass'), {
    json: { username, password: secret },
  })

describe('POST …/users', () => {
  it('makes a confirmed user who is there at once, with one identity', async () => {
    await using server = await startTestServer({
      app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
    })
    const { tell, ids, show } = operatorOf(server)
    const email = 'Ada@example.com'

    const [status, made] = await tell('POST', adminPaths.users(...ids), {
      email,
      password,
      more: 1,
    })
    const user = made as Awaited<ReturnType<typeof show>>

    expect([status, user]).toEqual([
      201,
      {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        identities: [
          {
            id: expect.stringMatching(/^[0-9a-f]{24}$/),
            provider_type: 'local-userpass',
            provider_id: server.app.providers[0]?.id,
            provider_data: { email },
          },
        ],
        type: 'normal',
        creation_date: expect.any(Number),
        last_authentication_date: expect.any(Number),
        disabled: false,
        data: { email },
      },
    ])
    expect(await show(user._id)).toEqual(user)
    expect(await tell('GET', adminPaths.pendingUsers(...ids))).toEqual([200, []])
    const login = await logIn(server, 'local-userpass', { username: 'ada@example.com', password })
    expect(login.user_id).toBe(user._id)
  })

  it('refuses a taken address, a bad one, a bad password and an app without passwords', async () => {
    await using server = await startTestServer()
    await using other = await startTestServer({ app: { providers: ['anon-user'] } })
    const { ask, ids } = operatorOf(server)
    const path = adminPaths.users(...ids)
    await register(server, 'bob@example.com')

    expect(await refused(await ask('POST', path, { email: 'BOB@example.com', password }))).toEqual({
      status: 409,
      error: 'name already in use',
      error_code: 'AccountNameInUse',
    })
    expect(await refused(await ask('POST', path, { email: '', password }))).toMatchObject({
      status: 400,
      error: 'email invalid',
    })
    expect(
      await refused(await ask('POST', path, { email: 'a@b.c', password: 'short' })),
    ).toMatchObject({ status: 400, error: 'password must be between 6 and 128 characters' })
    expect(await refused(await ask('POST', path, {}))).toMatchObject({
      status: 400,
      error_code: 'MissingParameter',
    })
    const there = operatorOf(other)
    const far = await there.ask('POST', adminPaths.users(...there.ids), {
      email: 'a@b.c',
      password,
    })
    expect(await refused(far)).toMatchObject({ status: 404, error_code: 'AuthProviderNotFound' })
  })

  it('asks the app whether it wants the user', async () => {
    await using server = await startTestServer({
      app: {
        functions: { admit: "exports = () => { throw new Error('closed') }" },
        userCreationFunctionName: 'admit',
      },
    })
    const { ask, ids, search } = operatorOf(server)
    const account = { email: 'ada@example.com', password }

    const answer = await refused(await ask('POST', adminPaths.users(...ids), account))

    expect(answer).toMatchObject({ status: 401, error: 'user not created: closed' })
    expect((await search('')).users).toEqual([])
    expect((await logInAs(server, account.email)).status).toBe(401)
  })
})

describe('PATCH …/users/{id}/reset_email', () => {
  it('gives the account another address; password, sessions and user stay', async () => {
    await using server = await startTestServer()
    const { tell, ids, show, search } = operatorOf(server)
    const { user_id, refresh_token } = await signUp(server, 'ada@example.com')
    const path = adminPaths.resetUserEmail(...ids, user_id)

    expect(await tell('PATCH', path, { email: 'Ada@Example.org' })).toEqual([204, ''])

    expect(await show(user_id)).toMatchObject({ data: { email: 'Ada@Example.org' } })
    expect((await search('?email_prefix=ada@example.org')).users).toMatchObject([{ _id: user_id }])
    expect((await search('?email_prefix=ada@example.com')).users).toEqual([])
    expect(await refreshStatus(server, refresh_token)).toBe(201)
    expect((await logInAs(server, 'ada@example.com')).status).toBe(401)
    const again = await logIn(server, 'local-userpass', { username: 'ada@example.org', password })
    expect(again.user_id).toBe(user_id)
    await register(server, 'ada@example.com')

    expect(await tell('PATCH', path, { email: 'ADA@example.org' })).toEqual([204, ''])
    expect(await show(user_id)).toMatchObject({ data: { email: 'ADA@example.org' } })
  })

  it('refuses what is no address, too long or taken, and users without a password', async () => {
    await using server = await startTestServer()
    const { ask, ids } = operatorOf(server)
    const { user_id } = await signUp(server, 'ada@example.com')
    const { user_id: anonymous } = await logIn(server, 'anon-user')
    await register(server, 'bob@example.com')
    const reset = async (id: string, body: unknown) =>
      refused(await ask('PATCH', adminPaths.resetUserEmail(...ids, id), body))

    for (const email of ['', `${'a'.repeat(120)}@example.com`, 'a\u0000b@example.com'])
      expect(await reset(user_id, { email })).toMatchObject({ status: 400, error: 'email invalid' })
    expect(await reset(user_id, { email: 5 })).toMatchObject({
      status: 400,
      error_code: 'InvalidParameter',
    })
    expect(await reset(user_id, {})).toMatchObject({ status: 400, error_code: 'MissingParameter' })
    expect(await reset(user_id, { email: 'Bob@example.com' })).toMatchObject({
      status: 409,
      error_code: 'AccountNameInUse',
    })
    expect(await reset(anonymous, { email: 'c@example.com' })).toEqual({
      status: 400,
      error: 'the user has no e-mail and password',
      error_code: 'BadRequest',
    })
    expect(await reset(unknown, { email: 'c@example.com' })).toMatchObject({
      status: 404,
      error_code: 'UserNotFound',
    })
    expect((await logInAs(server, 'ada@example.com')).status).toBe(200)
  })

  it('is finished by the sweep when it was cut off', async () => {
    await using server = await startTestServer()
    const { passwords } = server.deps.store
    const { user_id } = await signUp(server, 'ada@example.com')
    const account = await passwords.find(server.app.id, 'ada@example.com')
    if (!account) throw new Error('Ada has no account')
    const to = { key: 'ada@example.org', email: 'ada@example.org', id: server.deps.newId() }
    await passwords.startMove(account, to)
    expect((await logInAs(server, 'ada@example.org')).status).toBe(401)
    expect((await logInAs(server, 'ada@example.com')).status).toBe(200)

    await sweepOnce(server.deps)

    expect((await logInAs(server, 'ada@example.com')).status).toBe(401)
    const login = await logIn(server, 'local-userpass', { username: 'ada@example.org', password })
    expect(login.user_id).toBe(user_id)
  })
})

describe('POST …/users/{id}/reset_password', () => {
  it('sets a password and ends all sessions', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const { user_id, refresh_token } = await signUp(server, 'ada@example.com')
    const path = adminPaths.resetUserPassword(...ids, user_id)

    expect(await tell('POST', path, { password: 'new-secret' })).toEqual([204, ''])

    expect(await refreshStatus(server, refresh_token)).toBe(401)
    expect((await logInAs(server, 'ada@example.com')).status).toBe(401)
    expect((await logInAs(server, 'ada@example.com', 'new-secret')).status).toBe(200)
    expect((await tell('POST', path, { password: 'short' }))[0]).toBe(400)
  })

  it('sends the letter, more often than anybody may have it sent', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const { user_id } = await signUp(server, 'ada@example.com')
    const { user_id: anonymous } = await logIn(server, 'anon-user')
    const path = adminPaths.resetUserPassword(...ids, user_id)

    for (let sent = 0; sent < 7; sent += 1) expect((await tell('POST', path))[0]).toBe(204)

    const letters = await server.mailbox()
    expect(letters).toHaveLength(7)
    expect(letters[0]).toMatchObject({ to: 'ada@example.com' })
    const { searchParams } = new URL(letters[0]?.link ?? '')
    const token = Object.fromEntries(searchParams)
    const reset = await server.request('POST', clientPaths.reset(server.app.clientAppId), {
      json: { token: token.token, tokenId: token.tokenId, password: 'new-secret' },
    })
    expect(reset.status).toBe(204)
    const none = await tell('POST', adminPaths.resetUserPassword(...ids, anonymous))
    expect(none).toMatchObject([400, { error: 'the user has no e-mail and password' }])
  })

  it('sends none where a function resets passwords', async () => {
    await using server = await startTestServer({
      app: {
        functions: { reset: "exports = () => ({ status: 'fail' })" },
        providers: [
          { type: 'local-userpass', config: { autoConfirm: true, resetFunctionName: 'reset' } },
        ],
      },
    })
    const { ask, ids } = operatorOf(server)
    const { user_id } = await signUp(server, 'ada@example.com')

    const answer = await ask('POST', adminPaths.resetUserPassword(...ids, user_id))

    expect(await refused(answer)).toMatchObject({
      status: 400,
      error: 'please use reset password via function',
    })
  })
})

describe('sessions of a user', () => {
  it('are ended one by one', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const first = await signUp(server, 'ada@example.com')
    const second = await logIn(server, 'local-userpass', { username: 'ada@example.com', password })
    const bob = await signUp(server, 'bob@example.com')
    const [session] = await server.deps.store.sessions.listByUser(first.user_id)
    const [bobs] = await server.deps.store.sessions.listByUser(bob.user_id)
    const pathOf = (id = '') => adminPaths.userSession(...ids, first.user_id, id)

    expect(await tell('DELETE', pathOf(session?.id))).toEqual([204, ''])

    expect(await refreshStatus(server, first.refresh_token)).toBe(401)
    expect(await refreshStatus(server, second.refresh_token)).toBe(201)
    for (const id of [session?.id, bobs?.id, 'x'])
      expect(await tell('DELETE', pathOf(id))).toMatchObject([404, { error: 'session not found' }])
    expect(await refreshStatus(server, bob.refresh_token)).toBe(201)
  })

  it('that a disabled user had do not come back', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const { user_id, refresh_token } = await signUp(server, 'ada@example.com')
    await server.deps.store.users.setDisabled(user_id, true)

    expect((await tell('PUT', adminPaths.enableUser(...ids, user_id)))[0]).toBe(204)

    expect(await refreshStatus(server, refresh_token)).toBe(401)
    expect((await logInAs(server, 'ada@example.com')).status).toBe(200)
  })
})

describe('an unknown user', () => {
  it('is a 404 for everything that is about one', async () => {
    await using server = await startTestServer()
    const { ask, ids } = operatorOf(server)

    for (const id of [unknown, 'x'])
      for (const [method, path] of [
        ['GET', adminPaths.user],
        ['GET', adminPaths.userDevices],
        ['GET', adminPaths.userDetails],
        ['GET', adminPaths.userData],
        ['PUT', adminPaths.disableUser],
        ['PUT', adminPaths.enableUser],
        ['PUT', adminPaths.logOutUser],
        ['PUT', adminPaths.restoreUser],
        ['POST', adminPaths.resetUserPassword],
        ['DELETE', adminPaths.user],
      ] as const)
        expect(await refused(await ask(method, path(...ids, id))), `${method} ${path}`).toEqual({
          status: 404,
          error: 'user not found',
          error_code: 'UserNotFound',
        })
  })
})
