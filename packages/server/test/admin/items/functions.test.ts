import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused as refusedByClient } from '../../client/clients.ts'
import { openAdmin } from './admin.ts'

const callAs = (server: TestServer, bearer: string, name: string): Promise<Response> =>
  server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
    bearer,
    json: { name },
  })

describe('functions of an app', () => {
  it('are made, listed, shown, replaced and deleted, and clients call them at once', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const body = { name: 'orders/total', private: false, source: 'exports = () => 1' }

    expect(await json(200, 'GET', '/functions')).toEqual([])
    const made = await json(201, 'POST', '/functions', { ...body, can_evaluate: {} })
    const path = `/functions/${made._id}`
    const first = await (await callAs(server, bearer, 'orders/total')).json()
    const listed = await json(200, 'GET', '/functions')
    await json(200, 'PUT', path, {
      ...body,
      name: 'total',
      source: 'exports = () => 2',
      run_as_system: true,
    })
    const second = await (await callAs(server, bearer, 'total')).json()
    const shown = await json(200, 'GET', path)
    await json(204, 'DELETE', path)

    expect(made).toMatchObject({ _id: expect.stringMatching(/^[0-9a-f]{24}$/), ...body })
    expect(listed).toEqual([
      { _id: made._id, name: 'orders/total', last_modified: expect.any(Number) },
    ])
    expect([first, second]).toEqual([{ $numberLong: '1' }, { $numberLong: '2' }])
    expect(shown).toEqual({
      _id: made._id,
      name: 'total',
      private: false,
      can_evaluate: {},
      run_as_system: true,
      source: 'exports = () => 2',
      last_modified: expect.any(Number),
    })
    expect(await json(200, 'GET', '/functions')).toEqual([])
    expect(await refusedByClient(await callAs(server, bearer, 'total'))).toMatchObject({
      status: 404,
      error_code: 'FunctionNotFound',
    })
  })

  it('stay what providers and triggers call, whatever they are named', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const source = 'exports = () => ({ id: "ada" })'
    const made = await json(201, 'POST', '/functions', { name: 'enter', private: true, source })
    const id = made._id
    await json(201, 'POST', '/auth_providers', {
      type: 'custom-function',
      disabled: false,
      config: { authFunctionId: id },
    })
    const trigger = await json(201, 'POST', '/triggers', {
      name: 'welcome',
      type: 'AUTHENTICATION',
      config: { operation_type: 'CREATE', providers: ['anon-user'] },
      function_id: id,
    })

    await json(200, 'PUT', `/functions/${id}`, { name: 'comeIn', private: true, source })
    const used = await refused('DELETE', `/functions/${id}`)

    const shown = await json(200, 'GET', `/triggers/${trigger._id}`)
    expect(shown).toMatchObject({ function_id: id, function_name: 'comeIn' })
    const login = await server.request('POST', clientPaths.login('test-aaaaa', 'custom-function'), {
      json: { token: 1 },
    })
    expect(login.status).toBe(200)
    expect(used).toMatchObject({ status: 400, error_code: 'BadRequest' })
    expect(used.error).toContain('names the function "comeIn", which is not in functions/')
    expect(await json(200, 'GET', '/functions')).toHaveLength(1)
  })

  it('are refused when they are unknown, taken, no code, or somewhere else', async () => {
    await using server = await startTestServer()
    const { json, refused, call } = openAdmin(server)
    const body = { name: 'a', private: false, source: 'exports = () => 1' }
    await json(201, 'POST', '/functions', body)
    const other = await json(201, 'POST', '/functions', { ...body, name: 'b' })
    const nobody = 'f'.repeat(24)
    const unknown = {
      status: 404,
      error: `function not found: '${nobody}'`,
      error_code: 'FunctionNotFound',
    }
    const taken = {
      status: 409,
      error: "there is a function 'a' already",
      error_code: 'FunctionDuplicateName',
    }

    expect(await refused('GET', `/functions/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `/functions/${nobody}`, body)).toEqual(unknown)
    expect(await refused('DELETE', `/functions/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/functions', body)).toEqual(taken)
    expect(await refused('PUT', `/functions/${other._id}`, body)).toEqual(taken)
    for (const name of ['../a', 'a b', '', '/a', 'x'.repeat(300)]) {
      expect(await refused('POST', '/functions', { ...body, name })).toMatchObject({
        status: 400,
        error_code: 'InvalidParameter',
      })
    }
    expect(await refused('POST', '/functions', { ...body, name: 'c', source: '(' })).toMatchObject({
      status: 400,
      error: expect.stringContaining('functions/c.js'),
    })
    expect((await call('POST', '/functions', { name: 'c', source: { $ne: 1 } })).status).toBe(400)
    expect(await json(200, 'GET', '/functions')).toHaveLength(2)
  })
})
