import { adminPaths, clientPaths, type PendingUserWire } from '@regent/protocol'
import { startTestServer, type TestApp } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from '../../client/clients.ts'
import { operatorOf, password, register, signUp } from './operator.ts'

const byMail: TestApp = {
  providers: ['anon-user', { type: 'local-userpass', config: { autoConfirm: false } }],
}

const byFunction: TestApp = {
  functions: { decide: "exports = ({ username }) => ({ status: username.split('@')[0] })" },
  providers: [
    {
      type: 'local-userpass',
      config: { autoConfirm: false, confirmationFunctionName: 'decide' },
    },
  ],
}

const notFound = { status: 404, error: 'user not found', error_code: 'UserNotFound' }

describe('GET …/user_registrations/pending_users', () => {
  it('lists who is not confirmed or never logged in, page by page', async () => {
    await using server = await startTestServer()
    const { ids, tell, ask } = operatorOf(server)
    const path = adminPaths.pendingUsers(...ids)
    const list = async (query = ''): Promise<PendingUserWire[]> =>
      (await tell('GET', path + query))[1] as PendingUserWire[]
    expect(await tell('GET', path)).toEqual([200, []])
    for (const name of ['Ada', 'bob', 'eve']) await register(server, `${name}@example.com`)

    const all = await list()

    expect(all[0]).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      user_id: '',
      domain_id: server.app.id,
      login_ids: [{ id_type: 'email', id: 'Ada@example.com' }],
      confirmed: true,
      created_at: expect.any(Number),
    })
    const first = await list('?limit=2&sort=x')
    expect([...first, ...(await list(`?after=${first[1]?._id}`))]).toEqual(all)
    await logIn(server, 'local-userpass', { username: 'bob@example.com', password })
    expect((await list()).map(({ login_ids }) => login_ids[0]?.id)).toEqual([
      'Ada@example.com',
      'eve@example.com',
    ])
    expect(await refused(await ask('GET', `${path}?after=x`))).toMatchObject({ status: 400 })
  })

  it('leaves out accounts that were linked to a user, and those of other apps', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const { ids, tell } = operatorOf(server)
    const { access_token: bearer } = await logIn(server, 'anon-user')
    await register(server, 'ada@example.com')
    const other = clientPaths.register('other-aaaaa')
    await server.request('POST', other, { json: { email: 'bob@example.com', password } })
    const path = `${clientPaths.login(server.app.clientAppId, 'local-userpass')}?link=true`
    const json = { username: 'ada@example.com', password }

    expect((await server.request('POST', path, { bearer, json })).status).toBe(200)

    expect(await tell('GET', adminPaths.pendingUsers(...ids))).toEqual([200, []])
  })
})

describe('a pending user', () => {
  it('is confirmed by the operator, once', async () => {
    await using server = await startTestServer({ app: byMail })
    const { ids, tell, ask } = operatorOf(server)
    await register(server, 'ada@example.com')
    const path = adminPaths.confirmPendingUser(...ids, 'Ada@example.com')

    expect(await tell('POST', path)).toEqual([204, ''])

    await logIn(server, 'local-userpass', { username: 'ada@example.com', password })
    expect(await refused(await ask('POST', path))).toEqual({
      status: 400,
      error: 'already confirmed',
      error_code: 'UserAlreadyConfirmed',
    })
    const unknown = adminPaths.confirmPendingUser(...ids, 'eve@example.com')
    expect(await refused(await ask('POST', unknown))).toEqual(notFound)
  })

  it('is sent the confirmation letter again', async () => {
    await using server = await startTestServer({ app: byMail })
    const { ids, tell, ask } = operatorOf(server)
    await register(server, 'ada@example.com')
    const path = adminPaths.sendConfirmation(...ids, 'ada@example.com')

    for (let sent = 0; sent < 7; sent += 1) expect(await tell('POST', path)).toEqual([200, {}])

    const letters = await server.mailbox()
    expect(letters.map(({ to }) => to)).toEqual(Array(8).fill('ada@example.com'))
    const { searchParams } = new URL(letters[0]?.link ?? '')
    const confirm = await server.request('POST', clientPaths.confirm(server.app.clientAppId), {
      json: Object.fromEntries(searchParams),
    })
    expect(confirm.status).toBe(204)
    expect((await refused(await ask('POST', path))).error).toBe('already confirmed')
    const unknown = adminPaths.sendConfirmation(...ids, 'eve@example.com')
    expect(await refused(await ask('POST', unknown))).toEqual(notFound)
  })

  it('is not sent a letter where a function confirms, nor where the name is no address', async () => {
    await using server = await startTestServer({ app: byFunction })
    await using mailing = await startTestServer({ app: byMail })
    const { ids, ask } = operatorOf(server)
    await register(server, 'pending@example.com')

    const path = adminPaths.sendConfirmation(...ids, 'pending@example.com')
    expect((await refused(await ask('POST', path))).error).toBe(
      'cannot send confirmation to pending@example.com: confirmation by function is enabled',
    )
    const there = operatorOf(mailing)
    const account = { key: 'ada', email: 'ada', identityId: mailing.deps.newId(), hash: 'x' }
    const rest = { version: 1, state: 'pending', tokens: [], createdAt: 0 } as const
    await mailing.deps.store.passwords.insert({ ...account, ...rest, appId: mailing.app.id })
    const nameless = await there.ask('POST', adminPaths.sendConfirmation(...there.ids, 'ada'))
    expect(await refused(nameless)).toMatchObject({ error: 'error processing request' })
  })

  it('goes through the confirmation function again', async () => {
    await using server = await startTestServer({ app: byFunction })
    await using mailing = await startTestServer({ app: byMail })
    const { ids, tell, ask } = operatorOf(server)
    await register(server, 'pending@example.com')
    await signUp(server, 'success@example.com')
    const run = (email: string) => adminPaths.runConfirmation(...ids, email)

    expect(await tell('POST', run('pending@example.com'))).toEqual([202, {}])

    expect((await refused(await ask('POST', run('success@example.com')))).error).toBe(
      'already confirmed',
    )
    expect(await refused(await ask('POST', run('eve@example.com')))).toEqual(notFound)
    const there = operatorOf(mailing)
    await register(mailing, 'ada@example.com')
    const path = adminPaths.runConfirmation(...there.ids, 'ada@example.com')
    expect(await refused(await there.ask('POST', path))).toMatchObject({ status: 400 })
  })

  it('cannot be run where the auth provider is off', async () => {
    await using server = await startTestServer({
      app: { providers: ['anon-user', { type: 'local-userpass', disabled: true }] },
    })
    const { ids, ask } = operatorOf(server)

    const answer = await ask('POST', adminPaths.runConfirmation(...ids, 'ada@example.com'))

    expect(await refused(answer)).toEqual({
      status: 400,
      error: 'cannot run confirmation for ada@example.com: the auth provider is disabled',
      error_code: 'BadRequest',
    })
  })

  it('is deleted by address or id; a user is not deleted so', async () => {
    await using server = await startTestServer()
    const { ids, tell, ask } = operatorOf(server)
    for (const name of ['ada', 'bob']) await register(server, `${name}@example.com`)
    await signUp(server, 'eve@example.com')
    const [, pending] = await tell('GET', adminPaths.pendingUsers(...ids))
    const bob = (pending as PendingUserWire[])[1]?._id ?? ''

    const byEmail = adminPaths.pendingUserByEmail(...ids, 'ADA@example.com')
    expect(await tell('DELETE', byEmail)).toEqual([204, ''])
    expect(await tell('DELETE', adminPaths.pendingUserById(...ids, bob))).toEqual([204, ''])

    expect(await tell('GET', adminPaths.pendingUsers(...ids))).toEqual([200, []])
    for (const path of [
      byEmail,
      adminPaths.pendingUserById(...ids, bob),
      adminPaths.pendingUserById(...ids, 'x'),
      adminPaths.pendingUserByEmail(...ids, 'eve@example.com'),
    ])
      expect(await refused(await ask('DELETE', path))).toEqual(notFound)
    await logIn(server, 'local-userpass', { username: 'eve@example.com', password })
    await register(server, 'ada@example.com')
  })
})
