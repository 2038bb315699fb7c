import { adminPaths, clientPaths, type LoginWire } from '@regent/protocol'
import { startTestServer, type TestApp, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { operatorOf, password, refreshStatus, register, signUp } from '../admin/users/operator.ts'
import { logIn, profileOf, refused } from './clients.ts'

const dayMs = 24 * 60 * 60 * 1000

const app: TestApp = {
  deletionGraceDays: 30,
  providers: ['anon-user', 'local-userpass', 'api-key'],
  functions: { remember: 'exports = event => { console.log(event.operationType, event.user.id) }' },
  triggers: [
    {
      name: 'gone',
      disabled: false,
      operationTypes: ['DELETE'],
      providers: ['local-userpass', 'anon-user'],
      functionName: 'remember',
    },
  ],
}

const email = 'ada@example.com'
const credentials = { username: email, password }

const deleteSelf = async (server: TestServer, { access_token: bearer }: LoginWire) => {
  const response = await server.request('DELETE', clientPaths.deleteUser(), { bearer })
  expect(response.status).toBe(204)
}

/** What the DELETE trigger was told, once nothing is on its way to it. */
const told = async (server: TestServer): Promise<string[]> => {
  const { outbox, users } = server.deps.store
  const isBusy = async (): Promise<boolean> =>
    (await outbox.listDue(server.deps.now(), 1)).length > 0 ||
    (await users.listWithEvents(1)).length > 0
  while (await isBusy()) await new Promise(resolve => setImmediate(resolve))
  return server.logs().flatMap(({ printed }) => (printed as string[] | undefined) ?? [])
}

describe('a user who asked to be deleted, in the grace period', () => {
  it('can do nothing but log in, which brings everything back', async () => {
    await using server = await startTestServer({ app })
    const before = await signUp(server, email)
    const other = await logIn(server, 'local-userpass', credentials)

    await deleteSelf(server, before)

    expect(await refreshStatus(server, before.refresh_token)).toBe(401)
    expect(await refreshStatus(server, other.refresh_token)).toBe(401)
    const profile = { bearer: before.access_token }
    expect(
      await refused(await server.request('GET', clientPaths.profile(), profile)),
    ).toMatchObject({
      status: 401,
      error_code: 'InvalidSession',
    })
    const json = { email, password }
    const again = await server.request('POST', clientPaths.register('test-aaaaa'), { json })
    expect(again.status).toBe(409)
    server.advance(29 * dayMs)
    await sweepOnce(server.deps)

    const after = await logIn(server, 'local-userpass', credentials)

    expect(after.user_id).toBe(before.user_id)
    expect(await profileOf(server, after.access_token)).toMatchObject({ data: { email } })
    server.advance(2 * dayMs)
    await sweepOnce(server.deps)
    expect(await refreshStatus(server, after.refresh_token)).toBe(201)
    expect(await refreshStatus(server, before.refresh_token)).toBe(401)
    expect(await told(server)).toEqual([])
  })

  it('is deleted when it is over, and the trigger is told', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell, search } = operatorOf(server)
    const ada = await signUp(server, email)
    await deleteSelf(server, ada)
    const [listed] = (await search('?status=deleting')).users
    expect(listed).toMatchObject({ _id: ada.user_id })
    const days = ((listed?.deletes_at ?? 0) * 1000 - server.deps.now()) / dayMs
    expect(days).toBeGreaterThan(29.9)
    expect(days).toBeLessThanOrEqual(30)

    server.advance(30 * dayMs + 1_000)
    await sweepOnce(server.deps)

    expect((await tell('GET', adminPaths.user(...ids, ada.user_id)))[0]).toBe(404)
    expect((await search('?status=deleting')).users).toEqual([])
    expect(await told(server)).toEqual([`DELETE ${ada.user_id}`])
    const next = await signUp(server, email)
    expect(next.user_id).not.toBe(ada.user_id)
  })

  it('is not brought back by an API key', async () => {
    await using server = await startTestServer({ app })
    const ada = await signUp(server, email)
    const made = await server.request('POST', clientPaths.apiKeys(), {
      bearer: ada.refresh_token,
      json: { name: 'ci' },
    })
    const { key } = (await made.json()) as { key: string }
    const path = clientPaths.login(server.app.clientAppId, 'api-key')
    expect((await server.request('POST', path, { json: { key } })).status).toBe(200)
    await deleteSelf(server, ada)

    const answer = await server.request('POST', path, { json: { key } })

    expect(await refused(answer)).toMatchObject({ status: 401, error_code: 'AuthError' })
    await logIn(server, 'local-userpass', credentials)
    expect((await server.request('POST', path, { json: { key } })).status).toBe(200)
  })

  it('is brought back by the operator, or deleted at once', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell, ask } = operatorOf(server)
    const ada = await signUp(server, email)
    const restore = adminPaths.restoreUser(...ids, ada.user_id)
    expect(await refused(await ask('PUT', restore))).toEqual({
      status: 400,
      error: 'the user is not about to be deleted',
      error_code: 'BadRequest',
    })
    await deleteSelf(server, ada)

    expect(await tell('PUT', restore)).toEqual([204, ''])

    expect(await refreshStatus(server, ada.refresh_token)).toBe(401)
    const back = await logIn(server, 'local-userpass', credentials)
    expect(back.user_id).toBe(ada.user_id)
    await deleteSelf(server, back)
    expect(await tell('DELETE', adminPaths.user(...ids, ada.user_id))).toEqual([204, ''])
    expect(await told(server)).toEqual([`DELETE ${ada.user_id}`])
    await register(server, email)
  })

  it('stays disabled when an operator disabled the account', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell } = operatorOf(server)
    const ada = await signUp(server, email)
    await deleteSelf(server, ada)
    await tell('PUT', adminPaths.disableUser(...ids, ada.user_id))

    const path = clientPaths.login(server.app.clientAppId, 'local-userpass')
    const answer = await server.request('POST', path, { json: credentials })

    expect((await refused(answer)).error_code).toBe('UserDisabled')
    server.advance(31 * dayMs)
    await sweepOnce(server.deps)
    expect((await tell('GET', adminPaths.user(...ids, ada.user_id)))[0]).toBe(404)
  })
})

describe('a user who cannot come back', () => {
  it('is deleted at once, grace period or not', async () => {
    await using server = await startTestServer({ app })
    const { ids, tell } = operatorOf(server)
    const anonymous = await logIn(server, 'anon-user')

    await deleteSelf(server, anonymous)

    expect((await tell('GET', adminPaths.user(...ids, anonymous.user_id)))[0]).toBe(404)
    expect(await told(server)).toEqual([`DELETE ${anonymous.user_id}`])
  })
})
