import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, refused } from './clients.ts'

const id = 'test-aaaaa'
const ada = { email: 'ada@example.com', password: 'correct horse' }
const login = (password = ada.password) => ({ username: ada.email, password })
const byMail = {
  app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
} as const

/** Token and id of the newest letter. */
const lastToken = async (server: TestServer): Promise<{ token: string; tokenId: string }> => {
  const { searchParams } = new URL((await server.mailbox())[0]?.link ?? '')
  return { token: searchParams.get('token') ?? '', tokenId: searchParams.get('tokenId') ?? '' }
}

const told = async (server: TestServer, path: string, body: object) =>
  refused(await post(server, path, body))

const expired = {
  status: 400,
  error: 'userpass token is expired or invalid',
  error_code: 'UserpassTokenInvalid',
}
const unreadable = { status: 400, error: 'invalid token data', error_code: 'BadRequest' }
const nobody = { status: 404, error: 'user not found', error_code: 'UserNotFound' }
const badRequest = (error: string) => ({ status: 400, error, error_code: 'BadRequest' })

describe('register', () => {
  it('takes a password of 6 to 128 characters and leaves nothing of a refused one', async () => {
    await using server = await startTestServer()
    const text = 'password must be between 6 and 128 characters'

    for (const password of ['', '12345', 'x'.repeat(129)])
      expect(await told(server, clientPaths.register(id), { ...ada, password })).toEqual(
        badRequest(text),
      )
    expect((await post(server, clientPaths.register(id), ada)).status).toBe(201)
    expect((await logIn(server, 'local-userpass', login())).user_id).toBeTruthy()
  })

  it('refuses an address twice, however it is spelled, and an empty one', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register(id), ada)

    for (const email of [ada.email, 'ADA@example.COM'])
      expect(await told(server, clientPaths.register(id), { ...ada, email })).toEqual({
        status: 409,
        error: 'name already in use',
        error_code: 'AccountNameInUse',
      })
    expect(await told(server, clientPaths.register(id), { ...ada, email: '' })).toEqual(
      badRequest('email invalid'),
    )
  })

  it('takes any text as an address when confirmation is automatic', async () => {
    await using server = await startTestServer()

    const answer = await post(server, clientPaths.register(id), { ...ada, email: 'validEmail' })

    expect(answer.status).toBe(201)
  })
})

describe('confirm', () => {
  it('works once with the token of the letter', async () => {
    await using server = await startTestServer(byMail)
    await post(server, clientPaths.register(id), ada)
    const token = await lastToken(server)

    expect((await post(server, clientPaths.confirm(id), token)).status).toBe(204)
    await logIn(server, 'local-userpass', login())
    expect(await told(server, clientPaths.confirm(id), token)).toEqual(expired)
  })

  it('refuses tokens that are none, that are unknown, of another purpose, or too old', async () => {
    await using server = await startTestServer(byMail)
    await post(server, clientPaths.register(id), ada)
    const confirmToken = await lastToken(server)
    await post(server, clientPaths.resetSend(id), { email: ada.email })
    const resetToken = await lastToken(server)
    const confirm = (body: object) => told(server, clientPaths.confirm(id), body)

    expect(await confirm({ token: 'e30=', tokenId: 'e30=' })).toEqual(unreadable)
    expect(await confirm({ token: 'a_token', tokenId: 'a_token_id' })).toEqual(unreadable)
    expect(await confirm({ token: 'a'.repeat(128), tokenId: 'b'.repeat(24) })).toEqual(expired)
    expect(await confirm(resetToken)).toEqual(expired)
    server.advance(31 * 60_000)
    expect(await confirm(confirmToken)).toEqual(expired)
  })
})

describe('confirm/send', () => {
  it('sends a new letter to who is pending, and tells the others why not', async () => {
    await using server = await startTestServer(byMail)
    const send = clientPaths.confirmSend(id)
    await post(server, clientPaths.register(id), ada)
    const first = await lastToken(server)

    expect((await post(server, send, { email: ada.email })).status).toBe(204)
    const second = await lastToken(server)
    expect(second).not.toEqual(first)
    expect((await post(server, clientPaths.confirm(id), second)).status).toBe(204)
    expect(await told(server, send, { email: ada.email })).toEqual({
      status: 400,
      error: 'already confirmed',
      error_code: 'UserAlreadyConfirmed',
    })
    expect(await told(server, send, { email: 'bob@example.com' })).toEqual(nobody)
  })
})

describe('confirm/call', () => {
  it('says that confirmation is automatic, even for a confirmed user', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register(id), ada)

    expect(await told(server, clientPaths.confirmCall(id), { email: ada.email })).toEqual(
      badRequest('cannot run confirmation for ada@example.com: automatic confirmation is enabled'),
    )
  })

  it('knows unknown and confirmed users', async () => {
    await using server = await startTestServer(byMail)
    const call = (email: string) => told(server, clientPaths.confirmCall(id), { email })
    await post(server, clientPaths.register(id), ada)

    expect(await call('bob@example.com')).toEqual(nobody)
    expect(await call(ada.email)).toEqual(
      badRequest('cannot run confirmation for ada@example.com: confirmation by mail is enabled'),
    )
    await post(server, clientPaths.confirm(id), await lastToken(server))
    expect(await call(ada.email)).toMatchObject({ error: 'already confirmed' })
  })
})

describe('reset', () => {
  it('sets a new password once, and ends what the old one opened', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register(id), ada)
    const before = await logIn(server, 'local-userpass', login())
    expect((await post(server, clientPaths.resetSend(id), { email: ada.email })).status).toBe(204)
    const body = { ...(await lastToken(server)), password: 'battery staple' }

    expect((await post(server, clientPaths.reset(id), body)).status).toBe(204)

    await logIn(server, 'local-userpass', login('battery staple'))
    expect(await told(server, clientPaths.login(id, 'local-userpass'), login())).toMatchObject({
      error_code: 'InvalidPassword',
    })
    const refresh = await server.request('POST', clientPaths.session(), {
      bearer: before.refresh_token,
    })
    expect(refresh.status).toBe(401)
    expect(await told(server, clientPaths.reset(id), body)).toEqual(expired)
  })

  it('refuses short passwords without using the token up, and tokens that are none', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register(id), ada)
    await post(server, clientPaths.resetSend(id), { email: ada.email })
    const token = await lastToken(server)
    const reset = clientPaths.reset(id)

    expect(await told(server, reset, { ...token, password: '12345' })).toEqual(
      badRequest('password must be between 6 and 128 characters'),
    )
    expect(
      await told(server, reset, { token: 'a_token', tokenId: 'x', password: '123456' }),
    ).toEqual(unreadable)
    expect((await post(server, reset, { ...token, password: '123456' })).status).toBe(204)
  })

  it('is told apart for unknown users, by mail and by function', async () => {
    await using server = await startTestServer()
    const call = { email: 'bob@example.com', password: '123456', arguments: [] }

    expect(await told(server, clientPaths.resetSend(id), { email: call.email })).toEqual(nobody)
    expect(await told(server, clientPaths.resetCall(id), call)).toEqual(nobody)
    await post(server, clientPaths.register(id), ada)
    expect(await told(server, clientPaths.resetCall(id), { ...call, email: ada.email })).toEqual(
      badRequest('please use reset password via email'),
    )
  })
})

describe('too many letters', () => {
  it('make the next one wait, and say how long', async () => {
    await using server = await startTestServer()
    await post(server, clientPaths.register(id), ada)
    const send = () => post(server, clientPaths.resetSend(id), { email: ada.email })

    for (let sent = 0; sent < 5; sent++) expect((await send()).status).toBe(204)
    const refusal = await send()

    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await refused(refusal)).toMatchObject({
      status: 429,
      error: expect.stringMatching(/^too many attempts, try again in \d+ seconds$/),
    })
  })
})
