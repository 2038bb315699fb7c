import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, refused as refusedByClient } from '../../client/clients.ts'
import { openAdmin } from './admin.ts'

const nobody = 'f'.repeat(24)

describe('origins that browsers may call from', () => {
  it('are replaced as a whole, and count at once', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const path = '/security/allowed_request_origins'
    const from = async (origin: string) =>
      (
        await server.request('POST', clientPaths.login('test-aaaaa', 'anon-user'), {
          json: {},
          headers: { origin },
        })
      ).status

    expect(await json(200, 'GET', path)).toEqual([])
    expect(await from('http://elsewhere.example')).toBe(200)
    await json(204, 'POST', path, ['https://shop.example'])
    expect(await json(200, 'GET', path)).toEqual(['https://shop.example'])
    expect([await from('https://shop.example'), await from('http://elsewhere.example')]).toEqual([
      200, 403,
    ])
    expect(await refused('POST', path, ['shop.example/here'])).toMatchObject({
      status: 400,
      error: expect.stringContaining('must be an origin'),
    })
    expect((await refused('POST', path, { $ne: 1 })).status).toBe(400)
    await json(204, 'POST', path, [])
    expect(await from('http://elsewhere.example')).toBe(200)
  })
})

describe('the life of refresh tokens', () => {
  it('is 60 days, or what the operator says', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const path = '/security/refresh_token_expiration'
    const life = async () => {
      const { exp, iat } = claimsOf((await logIn(server, 'local-userpass', account)).refresh_token)
      return Number(exp) - Number(iat)
    }
    const account = { username: 'ada@example.com', password: '123456' }
    const { username: email, password } = account
    await server.request('POST', clientPaths.register('test-aaaaa'), { json: { email, password } })

    expect(await json(200, 'GET', path)).toEqual({ expiration_time_seconds: 5_184_000 })
    await json(204, 'PUT', path, { expiration_time_seconds: 1_800 })
    expect(await json(200, 'GET', path)).toEqual({ expiration_time_seconds: 1_800 })
    expect(await life()).toBe(1_800)
    for (const seconds of [1_799, 157_680_001, 1.5, '1800', null]) {
      const status = (await refused('PUT', path, { expiration_time_seconds: seconds })).status
      expect([seconds, status]).toEqual([seconds, 400])
    }
  })
})

describe('addresses that clients may call from', () => {
  const path = '/security/access_list'
  const tryLogIn = (server: TestServer) =>
    server.request('POST', clientPaths.login('test-aaaaa', 'anon-user'), { json: {} })

  it('are everybody in a new app, and then those of the list, for every path of clients', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const { access_token: access, refresh_token: refresh } = await logIn(server, 'anon-user')
    const everyPath = async () => {
      const app = 'test-aaaaa'
      const call = { bearer: access, json: { name: 'x' } }
      const answers = await Promise.all([
        tryLogIn(server),
        server.request('GET', clientPaths.location(app)),
        server.request('POST', clientPaths.session(), { bearer: refresh }),
        server.request('GET', clientPaths.profile(), { bearer: access }),
        server.request('POST', clientPaths.callFunction(app), call),
        server.request('GET', clientPaths.apiKeys(), { bearer: refresh }),
      ])
      return answers.map(({ status }) => status)
    }

    const first = await json<{ allowed_ips: { _id: string }[] }>(200, 'GET', path)
    const free = await everyPath()
    const made = await json(201, 'POST', path, { address: '203.0.113.0/24', comment: 'office' })
    await json(204, 'DELETE', `${path}/${first.allowed_ips[0]?._id}`)
    const closed = await everyPath()
    const refusal = await refusedByClient(await tryLogIn(server))
    const changed = await json(200, 'PATCH', `${path}/${made._id}`, { use_current: true })
    const open = await everyPath()

    expect(first).toEqual({
      current_ip: '127.0.0.1',
      allowed_ips: [
        { _id: expect.any(String), address: '0.0.0.0/0', comment: '', includes_current: true },
      ],
    })
    expect(free).toEqual([200, 200, 201, 200, 404, 200])
    expect(made).toEqual({
      _id: expect.any(String),
      address: '203.0.113.0/24',
      comment: 'office',
      includes_current: false,
    })
    expect(closed).toEqual([403, 403, 403, 403, 403, 403])
    expect(refusal).toEqual({
      status: 403,
      error: "requests from the address '127.0.0.1' are not allowed",
    })
    expect(changed).toEqual({ ...made, address: '127.0.0.1', includes_current: true })
    expect(open).toEqual(free)
    const pulled = await json(200, 'GET', path)
    expect(pulled).toMatchObject({ allowed_ips: [{ _id: made._id, address: '127.0.0.1' }] })
  })

  it('are refused when they are unknown, taken or no addresses; without one nobody may call', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const unknown = { status: 404, error: `allowed IP not found: 'ObjectID("${nobody}")'` }
    const { allowed_ips: all } = await json<{ allowed_ips: { _id: string }[] }>(200, 'GET', path)
    const made = await json(201, 'POST', path, { address: '2001:db8::/32' })

    expect(await refused('PATCH', `${path}/${nobody}`, {})).toMatchObject(unknown)
    expect(await refused('DELETE', `${path}/${nobody}`)).toMatchObject(unknown)
    for (const address of ['2001:db8::/32', '0.0.0.0/0']) {
      expect(await refused('POST', path, { address })).toEqual({
        status: 409,
        error: `there is an entry for '${address}' already`,
        error_code: 'AllowedIPDuplicate',
      })
    }
    for (const address of ['', 'localhost', '1.2.3.4/33', '1.2.3', '::1%lo', '1.2.3.4/8/8']) {
      expect(await refused('POST', path, { address })).toMatchObject({
        status: 400,
        error: "'address' must be an IP address or a CIDR block",
      })
    }
    expect(await refused('POST', path, {})).toMatchObject({
      status: 400,
      error: "'address' is a required string",
    })
    await json(204, 'DELETE', `${path}/${made._id}`)
    await json(204, 'DELETE', `${path}/${all[0]?._id}`)
    expect((await tryLogIn(server)).status).toBe(403)
    expect(await json(200, 'GET', path)).toMatchObject({ allowed_ips: [] })
  })
})
