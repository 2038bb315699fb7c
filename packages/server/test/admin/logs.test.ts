import {
  type AuditWire,
  adminPaths,
  clientPaths,
  type LogsWire,
  type LogWire,
} from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from '../client/clients.ts'
import { attempt, logInAda, register } from '../threats/people.ts'

type Query = Readonly<Record<string, string>>

const ask = (server: TestServer, query: Query = {}, path?: string): Promise<Response> => {
  const { projectId, app, operatorKey: bearer } = server
  const place = path ?? adminPaths.logs(projectId, app.id)
  return server.request('GET', `${place}?${new URLSearchParams(query)}`, { bearer })
}

const pageOf = async (server: TestServer, query: Query = {}): Promise<LogsWire> => {
  const response = await ask(server, query)
  const text = await response.text()
  expect(response.status, text).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  return JSON.parse(text)
}

const logsOf = async (server: TestServer, query: Query = {}): Promise<readonly LogWire[]> =>
  (await pageOf(server, query)).logs

const auditOf = async (server: TestServer, query: Query = {}): Promise<AuditWire[]> =>
  (await (await ask(server, query, adminPaths.audit(server.projectId))).json()) as AuditWire[]

const options = {
  device: { platform: 'android', platformVersion: '15', sdk: 'Kotlin', sdkVersion: '3.0.0' },
}

describe('GET …/logs', () => {
  it('is empty for an app in which nothing happened', async () => {
    await using server = await startTestServer()

    expect(await pageOf(server)).toEqual({ logs: [] })
  })

  it('tells a log-in as the original did', async () => {
    await using server = await startTestServer()
    const { user_id } = await logIn(server, 'anon-user', { options })

    const [entry] = await logsOf(server)

    const { projectId, app } = server
    expect(entry).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      co_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      type: 'AUTH',
      domain_id: app.id,
      app_id: app.id,
      group_id: projectId,
      request_url: clientPaths.login(app.clientAppId, 'anon-user'),
      request_method: 'POST',
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      completed: expect.stringMatching(/Z$/),
      status: 200,
      user_id,
      remote_ip_address: '127.0.0.1',
      platform: 'android',
      platform_version: '15',
      sdk_name: 'Kotlin',
      sdk_version: '3.0.0',
      auth_event: { type: 'login', provider: 'anon-user', failed: false },
      event: 'login',
      is_new_user: true,
    })
  })

  it('keeps to what is asked for', async () => {
    await using server = await startTestServer()
    await register(server)
    const { user_id: userId } = await logInAda(server)
    server.advance(1_000)
    await attempt(server, { password: 'wrong one' })
    await logIn(server, 'anon-user')
    const [, failed] = await logsOf(server)
    const events = async (query: Query): Promise<string[]> =>
      (await logsOf(server, query)).map(({ event, error }) => (error ? `no ${event}` : event))

    expect(await events({})).toEqual(['login', 'no login', 'login', 'register'])
    expect(await events({ errors_only: 'false' })).toEqual(['no login'])
    expect(await events({ user_id: userId })).toEqual(['no login', 'login', 'register'])
    expect(await events({ user_id: 'ADA@example.com' })).toEqual(['no login', 'login', 'register'])
    expect(await events({ user_id: 'nobody' })).toEqual([])
    expect(await events({ type: 'FUNCTION,PUSH' })).toEqual([])
    expect(await events({ type: 'PUSH,AUTH', limit: '1' })).toEqual(['login'])
    expect(await events({ co_id: failed?.co_id ?? '' })).toEqual(['no login'])
    const completed = failed?.completed ?? ''
    expect(await events({ end_date: completed })).toEqual(['no login', 'login', 'register'])
    expect(await events({ start_date: completed })).toEqual(['login'])
    expect(await events({ unknown: 'x', skip: '3' })).toEqual(['register'])
  })

  it('goes back page by page without losing or doubling an entry', async () => {
    await using server = await startTestServer()
    for (let count = 0; count < 25; count++) {
      server.deps.activity.note({ type: 'AUTH', event: `${count}`, appId: server.app.id })
      if (count % 7 === 0) server.advance(1)
    }
    const seen: string[] = []
    let query: Query = { limit: '3' }
    for (;;) {
      const { logs, nextEndDate, nextSkip } = await pageOf(server, query)
      seen.push(...logs.map(({ event }) => event))
      if (nextEndDate === undefined) break
      query = { limit: '3', end_date: nextEndDate, skip: String(nextSkip) }
    }

    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `${24 - index}`))
  })

  it('tells the device of a session where the request did not', async () => {
    await using server = await startTestServer()
    const { access_token: bearer } = await logIn(server, 'anon-user', { options })
    await server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
      json: { name: 'nowhere', arguments: [] },
      bearer,
    })

    const [entry] = await logsOf(server, { errors_only: '' })

    expect(entry).toMatchObject({ type: 'FUNCTION', platform: 'android', sdk_name: 'Kotlin' })
  })

  it('follows the link of a refusal of the Admin API into the audit trail', async () => {
    await using server = await startTestServer()
    const { projectId, app, operatorKey: bearer } = server
    const path = adminPaths.secret(projectId, app.id, 'nowhere')
    const response = await server.request('DELETE', path, { bearer })
    const { link } = (await response.json()) as { link: string }

    const co_id = new URL(link).searchParams.get('co_id') ?? ''

    expect(new URL(link).pathname).toBe(`/groups/${projectId}/apps/${app.id}/logs`)
    expect(await logsOf(server, { co_id })).toMatchObject([
      { type: 'ADMIN', event: 'deleteSecret', co_id, status: 404 },
    ])
  })

  it('refuses what is no date, number or single value', async () => {
    await using server = await startTestServer()
    const refusalOf = async (query: Query) => (await refused(await ask(server, query))).error

    const number = 'must be a whole number from'
    expect(await refusalOf({ limit: '0' })).toContain(`'limit' ${number} 1 to 100`)
    expect(await refusalOf({ limit: '101' })).toContain(`'limit' ${number}`)
    expect(await refusalOf({ skip: '-1' })).toContain(`'skip' ${number} 0 to 10000`)
    expect(await refusalOf({ end_date: 'soon' })).toContain("'end_date' must be a date")
    const twice = `${adminPaths.logs(server.projectId, server.app.id)}?type=A&type=B`
    const response = await server.request('GET', twice, { bearer: server.operatorKey })
    expect((await refused(response)).error).toContain("'type' must be given once")
  })
})

describe('GET /groups/…/audit', () => {
  it('tells what operators did, page by page, and takes no change', async () => {
    await using server = await startTestServer()
    const { projectId, app, operatorKey: bearer } = server
    const secrets = adminPaths.secrets(projectId, app.id)
    for (const name of ['one', 'two', 'three']) {
      await server.request('POST', secrets, { bearer, json: { name, value: 'x' } })
    }

    const rows = await auditOf(server, { limit: '2' })
    const rest = await auditOf(server, { before: rows[1]?._id ?? '' })

    expect([...rows, ...rest].map(({ name }) => name)).toEqual(['three', 'two', 'one'])
    expect(rows[0]).toMatchObject({
      operator: { _id: projectId, name: 'operator key', kind: 'key-file' },
      operation: 'createSecret',
      app_id: app.id,
      fields: ['name', 'value'],
      made: 'three',
      status: 201,
      remote_ip_address: '127.0.0.1',
    })
    const path = adminPaths.audit(projectId)
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const place of [path, `${path}/${rows[0]?._id}`]) {
        expect((await server.request(method, place, { bearer })).status).toBe(404)
      }
    }
    expect(await auditOf(server, { operation: 'createSecret' })).toHaveLength(3)
    const wrong = await refused(await ask(server, { before: 'x' }, path))
    expect(wrong.error).toContain("'before' must be the id of a row")
  })
})

describe('GET /groups/…/logs', () => {
  it('tells what happened in all apps, and outside of them', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'shop-aaaaa' }, { clientAppId: 'forum-aaaaa' }],
    })
    for (const app of server.apps) await logIn(server, 'anon-user', {}, app)
    await server.request('GET', clientPaths.profile(), { bearer: 'nonsense' })

    const response = await ask(server, {}, adminPaths.allLogs(server.projectId))

    const { logs } = (await response.json()) as LogsWire
    const [shop, forum] = server.apps
    expect(logs.map(({ app_id }) => app_id)).toEqual(['', forum?.id, shop?.id])
  })
})
