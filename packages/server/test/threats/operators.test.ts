import { adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { adminTable } from '../../src/routes/admin/index.ts'
import type { AdminRoute } from '../../src/routes/admin/route.ts'
import {
  email,
  makeOperator,
  newOperator,
  newProgram,
  tryKeyPair,
  tryLogIn,
} from '../admin/operators.ts'
import { logIn, refused } from '../client/clients.ts'

/** Rows that are no `GET` and change nothing. */
const onlyLooking = ['verifyToken', 'runServiceCommand']

const pathOf = (server: TestServer, { path }: AdminRoute): string =>
  path.replace(/:(\w+)/g, (_, name: string) => {
    if (name === 'projectId') return server.projectId
    return name === 'appId' ? server.app.id : '0'.repeat(24)
  })

const tryRow = (server: TestServer, route: AdminRoute, bearer?: string): Promise<Response> =>
  server.request(route.method, pathOf(server, route), {
    ...(bearer !== undefined && { bearer }),
    ...(route.method !== 'GET' && { json: {} }),
  })

const nameOf = ({ method, path }: AdminRoute): string => `${method} ${path}`

/** Does something to every row of one kind, ten at a time. */
const tryRows = async (
  access: AdminRoute['access'],
  attempt: (route: AdminRoute, number: number) => Promise<void>,
): Promise<void> => {
  const rows = adminTable.filter(row => row.access === access)
  expect(rows.length).toBeGreaterThan(3)
  for (let start = 0; start < rows.length; start += 10) {
    await Promise.all(rows.slice(start, start + 10).map((row, at) => attempt(row, start + at)))
  }
}

describe('the rows of the Admin API', () => {
  it('that are no reading take full rights', () => {
    const writing = adminTable.filter(
      ({ method, operation }) => method !== 'GET' && !onlyLooking.includes(operation),
    )

    const loose = writing.filter(({ access }) => access === 'read')

    expect(loose.map(nameOf)).toEqual([])
    expect(writing.length).toBeGreaterThan(5)
  })

  it('that tell what lets somebody in take full rights too', () => {
    const secret = ['listLetters', 'exportUsers']

    const told = adminTable.filter(({ operation }) => secret.includes(operation))

    expect(told.map(({ access }) => access)).toEqual(['write', 'write'])
  })

  it('that are open are the log-in, the description and the version', () => {
    const open = adminTable.filter(({ access }) => access === 'open' || access === 'refresh')

    expect(open.map(nameOf)).toEqual([
      'GET /api/admin/v3.0/auth/providers',
      'POST /api/admin/v3.0/auth/providers/local-userpass/login',
      'POST /api/admin/v3.0/auth/providers/mongodb-cloud/login',
      'POST /api/admin/v3.0/auth/session',
      'DELETE /api/admin/v3.0/auth/session',
      'GET /api/admin/v3.0/openapi.json',
      'GET /api/private/v1.0/version',
    ])
  })

  it('refuse a read-only key pair and a read-only operator on every write, and nobody on any read', async () => {
    await using server = await startTestServer()
    const program = await newProgram(server, 'read-only')
    const person = await newOperator(server, { role: 'read-only' })
    const before = JSON.stringify(await server.deps.store.apps.list())

    await tryRows('write', async (route, number) => {
      const { access } = number % 2 === 0 ? program : person
      expect(await refused(await tryRow(server, route, access)), nameOf(route)).toEqual({
        status: 403,
        error: 'this operator may only read',
      })
    })
    await tryRows('read', async route => {
      const { status } = await tryRow(server, route, program.access)
      expect([401, 403, 500], nameOf(route)).not.toContain(status)
    })
    expect(JSON.stringify(await server.deps.store.apps.list())).toBe(before)
  }, 60_000)

  it('open to nobody without a token, nor with one that is not for them', async () => {
    await using server = await startTestServer()
    const user = await logIn(server, 'anon-user')
    const { access, refresh } = await newOperator(server)
    const [head = '', payload = ''] = access.split('.')
    const bare = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
    const forged = [
      'guessed',
      `${server.operatorKey}x`,
      user.access_token,
      user.refresh_token,
      refresh,
      `${bare}.${payload}.`,
      `${bare}.${payload}.${access.split('.')[2]}`,
      `${head}.${payload}.${'A'.repeat(43)}`,
    ]

    for (const access of ['read', 'write'] as const) {
      await tryRows(access, async (route, number) => {
        const bearer = forged[number % forged.length] ?? ''
        expect((await tryRow(server, route)).status, nameOf(route)).toBe(401)
        expect((await tryRow(server, route, bearer)).status, nameOf(route)).toBe(401)
      })
    }
    for (const bearer of forged) {
      const answer = await server.request('GET', adminPaths.profile(), { bearer })
      expect(answer.status).toBe(401)
    }
    for (const bearer of [access, refresh]) {
      const asUser = await server.request('GET', clientPaths.profile(), { bearer })
      const asSession = await server.request('POST', clientPaths.session(), { bearer })
      expect([asUser.status, asSession.status]).toEqual([401, 401])
    }
  }, 60_000)

  it('belong to one project', async () => {
    await using server = await startTestServer()
    const { access: bearer } = await newOperator(server)
    const other = '0'.repeat(24)

    const response = await server.request('GET', adminPaths.secrets(other, server.app.id), {
      bearer,
    })

    expect(await refused(response)).toEqual({
      status: 404,
      error: `project not found: '${other}'`,
    })
  })
})

describe('guesses at an operator', () => {
  it('must wait after ten, the right one too, and are told nothing meanwhile', async () => {
    await using server = await startTestServer()
    await makeOperator(server)
    for (let count = 0; count < 10; count += 1) {
      expect((await tryLogIn(server, email, 'wrong password')).status).toBe(401)
    }

    const response = await tryLogIn(server)

    expect(response.headers.get('retry-after')).toBe('1')
    expect(await refused(response)).toEqual({
      status: 429,
      error: 'too many attempts, try again in 1 seconds',
    })
    server.advance(1_001)
    expect((await tryLogIn(server)).status).toBe(200)
  })

  it('that come all at once are worth no more than a few', async () => {
    await using server = await startTestServer()
    await makeOperator(server)
    const many = Array.from({ length: 60 }, () => tryLogIn(server, email, 'wrong password'))

    const statuses = (await Promise.all(many)).map(({ status }) => status)

    expect(statuses.filter(status => status === 401).length).toBeLessThanOrEqual(10)
    expect((await tryLogIn(server)).status).toBe(429)
  })

  it('from everywhere slow down strangers, and not where the operator is logged in', async () => {
    await using server = await startTestServer({ settings: { trustedProxies: ['127.0.0.1'] } })
    await makeOperator(server)
    const from = (address: string, password: string) =>
      server.request('POST', adminPaths.operatorLogIn(), {
        json: { username: email, password },
        headers: { 'x-forwarded-for': address },
      })
    expect((await from('192.0.2.1', 'password')).status).toBe(200)
    const hosts = Array.from({ length: 50 }, (_, host) => `198.51.100.${host}`)
    await Promise.all(hosts.map(host => from(host, 'wrong password')))

    const stranger = await from('203.0.113.9', 'password')
    const owner = await from('192.0.2.1', 'password')

    expect([stranger.status, owner.status]).toEqual([429, 200])
  })

  it('are answered alike for addresses that are known and unknown', async () => {
    await using server = await startTestServer()
    await makeOperator(server)

    const known = await refused(await tryLogIn(server, email, 'wrong password'))
    const unknown = await refused(await tryLogIn(server, 'nobody@domain.com', 'wrong password'))

    expect(known).toEqual(unknown)
  })

  it('at a private key must wait as well', async () => {
    await using server = await startTestServer()
    for (let count = 0; count < 10; count += 1) await tryKeyPair(server, 'abcdefgh', 'guessed')

    expect((await tryKeyPair(server, 'abcdefgh', 'guessed')).status).toBe(429)
  })
})
