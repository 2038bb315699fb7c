import { adminPaths, type OperatorWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { refused } from '../client/clients.ts'
import {
  email,
  makeKeyPair,
  makeOperator,
  newOperator,
  newProgram,
  password,
  tryKeyPair,
  tryLogIn,
} from './operators.ts'

const call = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })

const isIn = async (server: TestServer, bearer: string): Promise<boolean> =>
  (await server.request('GET', adminPaths.profile(), { bearer })).status === 200

describe('operators', () => {
  it('are made and listed without their passwords', async () => {
    await using server = await startTestServer()
    const made = await makeOperator(server, { email: 'Ada@example.com' })
    await makeOperator(server, { email: 'bob@example.com', role: 'read-only' })
    await tryLogIn(server, 'bob@example.com')

    const listed = await call(server, 'GET', adminPaths.operators())

    const ada = {
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      email: 'Ada@example.com',
      role: 'full',
      created_at: expect.any(Number),
    }
    expect(made.status).toBe(201)
    expect(await made.json()).toEqual(ada)
    expect(await listed.json()).toEqual([
      ada,
      {
        ...ada,
        email: 'bob@example.com',
        role: 'read-only',
        last_login_at: expect.any(Number),
      },
    ])
    expect(JSON.stringify(server.logs())).not.toContain(password)
  })

  it('are refused without a usable address or password, and twice', async () => {
    await using server = await startTestServer()
    await makeOperator(server)
    const say = async (operator: Parameters<typeof makeOperator>[1]) =>
      refused(await makeOperator(server, operator))
    const short = {
      status: 400,
      error: "an operator's password must be between 8 and 128 characters",
      error_code: 'BadRequest',
    }

    expect(await say({ email: email.toUpperCase() })).toEqual({
      status: 409,
      error: `there is an operator '${email.toUpperCase()}' already`,
    })
    expect(await say({ email: 'no address' })).toMatchObject({
      status: 400,
      error: 'email invalid',
    })
    expect(await say({ email: 'a@b.c', password: '1234567' })).toEqual(short)
    expect(await say({ email: 'a@b.c', password: 'x'.repeat(129) })).toEqual(short)
    expect(await say({ email: 'a@b.c', role: 'owner' as 'full' })).toMatchObject({
      status: 400,
      error: "'role' is not valid",
    })
  })

  it('are out at once with another password, and when they are deleted', async () => {
    await using server = await startTestServer()
    const { operatorId, access, refresh } = await newOperator(server)
    const path = adminPaths.operatorPassword(operatorId)

    const changed = await call(server, 'PUT', path, { password: 'another password' })
    expect(changed.status).toBe(204)
    expect(await isIn(server, access)).toBe(false)
    const refreshed = await server.request('POST', adminPaths.operatorSession(), {
      bearer: refresh,
    })
    expect(refreshed.status).toBe(401)
    expect((await tryLogIn(server)).status).toBe(401)

    const again = await tryLogIn(server, email, 'another password')
    const { access_token } = (await again.json()) as { access_token: string }
    expect(await isIn(server, access_token)).toBe(true)
    expect((await call(server, 'DELETE', adminPaths.operator(operatorId))).status).toBe(204)
    expect(await isIn(server, access_token)).toBe(false)
    expect((await tryLogIn(server, email, 'another password')).status).toBe(401)
    expect(await (await call(server, 'GET', adminPaths.operators())).json()).toEqual([])
  })

  it('that nobody knows are not found', async () => {
    await using server = await startTestServer()
    const say = async (method: string, path: string, json?: unknown) =>
      refused(await call(server, method, path, json))

    for (const id of ['0'.repeat(24), 'me']) {
      const unknown = { status: 404, error: `operator not found: '${id}'` }
      expect(await say('DELETE', adminPaths.operator(id))).toEqual(unknown)
      expect(await say('PUT', adminPaths.operatorPassword(id), { password })).toEqual(unknown)
      expect(await say('DELETE', adminPaths.operatorKey(id))).toEqual({
        status: 404,
        error: `operator key not found: '${id}'`,
      })
    }
  })

  it('have their hash made anew when the cost of hashes changed', async () => {
    await using cheap = await startTestServer()
    await makeOperator(cheap)
    await cheap.stop()
    await using dearer = await startTestServer({
      dataDir: cheap.dataDir,
      settings: { passwordPasses: 2 },
    })
    const hashOf = async () => (await dearer.deps.store.admins.findByEmail(email))?.hash
    const before = await hashOf()

    expect((await tryLogIn(dearer)).status).toBe(200)

    expect(await hashOf()).not.toBe(before)
    expect((await tryLogIn(dearer)).status).toBe(200)
  })
})

describe('key pairs', () => {
  it('are made once, listed without the private key, and out at once when deleted', async () => {
    await using server = await startTestServer()
    const { private_key, ...made } = await makeKeyPair(server)
    const response = await tryKeyPair(server, made.public_key, private_key)
    const { access_token } = (await response.json()) as { access_token: string }

    const listed = await (await call(server, 'GET', adminPaths.operatorKeys())).json()
    const stored = await server.deps.store.adminKeys.findById(made._id)
    const second = await refused(
      await call(server, 'POST', adminPaths.operatorKeys(), { name: 'ci' }),
    )
    const deleted = await call(server, 'DELETE', adminPaths.operatorKey(made._id))

    expect(made.public_key).toMatch(/^[a-z]{8}$/)
    expect(private_key).toMatch(/^rgo[A-Za-z0-9]{61}$/)
    expect(listed).toEqual([{ ...made, last_login_at: expect.any(Number) }])
    expect(JSON.stringify(stored)).not.toContain(private_key)
    expect(second).toEqual({ status: 409, error: "there is an operator key 'ci' already" })
    expect(deleted.status).toBe(204)
    expect(await isIn(server, access_token)).toBe(false)
    expect((await tryKeyPair(server, made.public_key, private_key)).status).toBe(401)
    expect(JSON.stringify(server.logs())).not.toContain(private_key)
  })

  it('need a name', async () => {
    await using server = await startTestServer()
    for (const name of ['', ' ', 'x'.repeat(65), 'two\nlines']) {
      const response = await call(server, 'POST', adminPaths.operatorKeys(), { name })
      expect(await refused(response)).toMatchObject({
        status: 400,
        error: "'name' must be 1 to 64 characters",
      })
    }
  })

  it('make no further ways in', async () => {
    await using server = await startTestServer()
    const { access: bearer } = await newProgram(server, 'full')
    const { operatorId } = await newOperator(server)
    const attempts = [
      ['POST', adminPaths.operators(), { email: 'a@b.c', password }],
      ['PUT', adminPaths.operatorPassword(operatorId), { password }],
      ['DELETE', adminPaths.operator(operatorId)],
      ['POST', adminPaths.operatorKeys(), { name: 'mine' }],
      ['DELETE', adminPaths.operatorKey(operatorId)],
    ] as const

    for (const [method, path, json] of attempts) {
      const response = await server.request(method, path, { bearer, ...(json && { json }) })
      expect(await refused(response)).toEqual({
        status: 403,
        error:
          'operators and their keys are not managed with a key pair: log in with e-mail address and password',
      })
    }
    const operators = await (await call(server, 'GET', adminPaths.operators())).json()
    expect((operators as OperatorWire[]).map(({ email: known }) => known)).toEqual([email])
  })
})
