import { adminPaths, type OperatorLoginWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { finishRotationOnce } from '../../src/jobs/finish-rotation.ts'
import { refused } from '../client/clients.ts'
import { email, makeKeyPair, makeOperator, newOperator, tryKeyPair, tryLogIn } from './operators.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const getProfile = (server: TestServer, bearer: string): Promise<Response> =>
  server.request('GET', adminPaths.profile(), { bearer })

const session = (server: TestServer, method: string, bearer: string): Promise<Response> =>
  server.request(method, adminPaths.operatorSession(), { bearer })

describe('log-in of operators', () => {
  it('names its two ways to everybody', async () => {
    await using server = await startTestServer()

    const response = await server.request('GET', adminPaths.operatorProviders())

    expect(response.headers.get('content-type')).toBe('application/json')
    expect(await response.json()).toEqual([
      { name: 'local-userpass', type: 'local-userpass', disabled: false },
      { name: 'mongodb-cloud', type: 'mongodb-cloud', disabled: false },
    ])
  })

  it('has nobody who can log in before an operator is made', async () => {
    await using server = await startTestServer()

    expect(await refused(await tryLogIn(server))).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'InvalidPassword',
    })
  })

  it('takes an e-mail address, however it is written, and ignores what else is sent', async () => {
    await using server = await startTestServer()
    await makeOperator(server, { email: 'Ada@Example.com' })

    const response = await server.request('POST', adminPaths.operatorLogIn(), {
      json: { provider: 'userpass', username: 'ada@example.COM', password: 'password' },
      headers: { 'content-type': 'application/json;charset=utf-8' },
    })

    const told = (await response.json()) as OperatorLoginWire
    expect(response.status).toBe(200)
    expect(response.headers.get('x-appservices-request-id')).toMatch(/^[0-9a-f]{24}$/)
    expect(told).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      refresh_token: expect.stringMatching(/^eyJ/),
      user_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      device_id: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
    expect(await (await getProfile(server, told.access_token)).json()).toEqual({
      user_id: told.user_id,
      domain_id: server.projectId,
      identities: [
        { id: told.user_id, provider_type: 'local-userpass', provider_id: told.user_id },
      ],
      data: { email: 'Ada@Example.com', name: 'Ada@Example.com' },
      type: 'normal',
      roles: [{ role_name: 'GROUP_OWNER', group_id: server.projectId }],
    })
  })

  it('takes a key pair; a wrong one is told in the words of the original', async () => {
    await using server = await startTestServer()
    const key = await makeKeyPair(server, { name: 'ci', role: 'read-only' })
    const wrong = {
      status: 401,
      error:
        'failed to authenticate with MongoDB Cloud API: You are not authorized for this resource.',
    }

    const response = await tryKeyPair(server, key.public_key, key.private_key)

    const told = (await response.json()) as OperatorLoginWire
    expect(response.status).toBe(200)
    expect(await (await getProfile(server, told.access_token)).json()).toMatchObject({
      user_id: key._id,
      data: { name: 'ci' },
      type: 'server',
      roles: [{ role_name: 'GROUP_READ_ONLY', group_id: server.projectId }],
    })
    expect(await refused(await tryKeyPair(server, key.public_key, 'guessed'))).toEqual(wrong)
    expect(await refused(await tryKeyPair(server, 'nobodyxx', key.private_key))).toEqual(wrong)
    expect(await refused(await tryKeyPair(server, key.public_key, ''))).toEqual(wrong)
    expect(await refused(await tryKeyPair(server, '', ''))).toEqual(wrong)
  })

  it('refuses what is no text, naming the field', async () => {
    await using server = await startTestServer()
    await makeOperator(server)
    const say = async (json: unknown) =>
      refused(await server.request('POST', adminPaths.operatorLogIn(), { json }))

    expect(await say({ username: { $ne: null }, password: 'password' })).toMatchObject({
      status: 400,
      error: "'username' must be of type string",
    })
    expect(await say({ username: email })).toMatchObject({
      status: 400,
      error: "'password' is a required string",
    })
    expect(await say({ username: email, password: 'short' })).toMatchObject({ status: 401 })
    expect(await say({ username: email, password: 'x'.repeat(60_000) })).toMatchObject({
      status: 401,
    })
    expect(await say({ username: email, password: 'x'.repeat(70_000) })).toMatchObject({
      status: 413,
    })
  })
})

describe('the session of an operator', () => {
  it('refreshes, and ends once', async () => {
    await using server = await startTestServer()
    const { refresh, access } = await newOperator(server)

    const refreshed = await session(server, 'POST', refresh)
    const { access_token } = (await refreshed.json()) as { access_token: string }
    const before = await getProfile(server, access_token)
    const ended = await session(server, 'DELETE', refresh)
    const gone = {
      status: 401,
      error: 'invalid session: failed to find refresh token',
      error_code: 'InvalidSession',
    }

    expect([refreshed.status, before.status, ended.status]).toEqual([201, 200, 204])
    expect(await refused(await session(server, 'DELETE', refresh))).toEqual(gone)
    expect(await refused(await session(server, 'POST', refresh))).toEqual(gone)
    for (const token of [access, access_token]) {
      expect(await refused(await getProfile(server, token))).toEqual({
        status: 401,
        error: 'invalid session',
        error_code: 'InvalidSession',
      })
    }
  })

  it('has access for 30 minutes and refreshes for 60 days', async () => {
    await using server = await startTestServer()
    const { access, refresh } = await newOperator(server)

    server.advance(29 * minuteMs)
    expect((await getProfile(server, access)).status).toBe(200)
    server.advance(minuteMs)
    expect(await refused(await getProfile(server, access))).toEqual({
      status: 401,
      error: 'invalid session: access token expired',
      error_code: 'InvalidSession',
    })
    server.advance(59 * dayMs)
    expect((await session(server, 'POST', refresh)).status).toBe(201)
    server.advance(dayMs)
    expect((await session(server, 'POST', refresh)).status).toBe(401)
  })

  it('tells one kind of token from the other', async () => {
    await using server = await startTestServer()
    const { access, refresh } = await newOperator(server)

    expect(await refused(await session(server, 'POST', access))).toMatchObject({
      status: 401,
      error: 'invalid refresh token: incorrect token type',
    })
    expect(await refused(await getProfile(server, refresh))).toEqual({
      status: 401,
      error: 'invalid session: valid Issuer required',
    })
    expect(await refused(await session(server, 'POST', server.operatorKey))).toMatchObject({
      status: 401,
      error: 'invalid session: failed to find refresh token',
    })
  })

  it('lives on when the server starts again', async () => {
    await using first = await startTestServer()
    const { access } = await newOperator(first)
    await first.stop()

    await using second = await startTestServer({ dataDir: first.dataDir })

    expect((await getProfile(second, access)).status).toBe(200)
  })

  it('outlives new signing keys, until they count at once', async () => {
    await using server = await startTestServer()
    const { refresh } = await newOperator(server)
    const rotate = (json: object) =>
      server.request('POST', adminPaths.rotateKeys(), { bearer: server.operatorKey, json })
    const { deps, projectId } = server
    const numbers = async () =>
      (await deps.store.signingKeys.listByApp(projectId))
        .filter(({ use }) => use === 'refresh')
        .map(({ number }) => number)

    expect((await rotate({ what: 'signing' })).status).toBe(202)
    server.advance(2 * minuteMs)
    const again = await (await tryLogIn(server)).json()
    const { access_token, refresh_token } = again as OperatorLoginWire
    expect((await session(server, 'POST', refresh)).status).toBe(201)
    expect((await getProfile(server, access_token)).status).toBe(200)
    expect(await numbers()).toEqual([2, 1])

    server.advance(59 * dayMs)
    await finishRotationOnce(deps, { projectId })
    expect(await numbers()).toEqual([2, 1])
    server.advance(2 * dayMs)
    await finishRotationOnce(deps, { projectId })
    expect(await numbers()).toEqual([2])

    const last = (await (await tryLogIn(server)).json()) as OperatorLoginWire
    await rotate({ what: 'signing', at_once: true })
    server.advance(minuteMs)
    for (const token of [refresh_token, last.refresh_token]) {
      expect((await session(server, 'POST', token)).status).toBe(401)
    }
    expect((await tryLogIn(server)).status).toBe(200)
  })

  it('is linked in errors as the clients look for it, with the app that it was about', async () => {
    await using server = await startTestServer()
    const { access } = await newOperator(server)
    const path = adminPaths.secret(server.projectId, server.app.id, 'nobody')

    const response = await server.request('DELETE', path, { bearer: access })

    const id = response.headers.get('x-appservices-request-id')
    expect(await response.json()).toEqual({
      error: 'secret not found: "nobody"',
      link: `${server.url}/groups/${server.projectId}/apps/${server.app.id}/logs?co_id=${id}`,
    })
  })
})
