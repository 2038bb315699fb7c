import { adminPaths, clientPaths, type RunFunctionWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from '../client/clients.ts'

const functions = {
  whoAmI: {
    source:
      'exports = (...args) => { console.log("asked with", args.length); return [context.user.id ?? null, context.user.type, ...args] }',
    private: true,
    canEvaluate: false,
  },
  broken: 'exports = () => { console.log("before"); throw new Error("out of plums") }',
} as const

const run = (server: TestServer, query: string, json: object): Promise<Response> => {
  const path = `${adminPaths.runFunction(server.projectId, server.app.id)}${query}`
  return server.request('POST', path, { json, bearer: server.operatorKey })
}

const resultOf = async (response: Response): Promise<RunFunctionWire> => {
  expect(response.status).toBe(200)
  return (await response.json()) as RunFunctionWire
}

describe('POST …/debug/execute_function', () => {
  it('runs a private function as a user or as the system, and shows what it printed', async () => {
    await using server = await startTestServer({ app: { functions } })
    const { user_id: userId } = await logIn(server, 'anon-user')
    const json = { name: 'whoAmI', arguments: [{ $numberInt: '1' }] }

    const asUser = await resultOf(await run(server, `?user_id=${userId}`, json))
    const asSystem = await resultOf(await run(server, '?run_as_system=true', { name: 'whoAmI' }))

    expect(asUser).toEqual({
      result: [userId, 'normal', { $numberLong: '1' }],
      logs: [expect.stringContaining('asked with 1')],
      stats: { execution_time: expect.stringMatching(/^\d+(?:\.\d+)?ms$/) },
    })
    expect(asSystem.result).toEqual([null, 'system'])
  })

  it('shows what a function threw, with what it printed before', async () => {
    await using server = await startTestServer({ app: { functions } })

    expect(await resultOf(await run(server, '?run_as_system=true', { name: 'broken' }))).toEqual({
      result: null,
      logs: [expect.stringContaining('before')],
      error: 'out of plums',
      error_code: 'FunctionExecutionError',
      stats: { execution_time: expect.any(String) },
    })
  })

  it('needs the operator, a function, and one to run it as', async () => {
    await using server = await startTestServer({ app: { functions } })
    const path = adminPaths.runFunction(server.projectId, server.app.id)
    const json = { name: 'whoAmI' }
    const which = "give either 'user_id' or 'run_as_system=true'"

    expect((await server.request('POST', path, { json })).status).toBe(401)
    for (const query of ['', '?run_as_system=false', '?user_id=x&run_as_system=true']) {
      expect(await refused(await run(server, query, json))).toMatchObject({
        status: 400,
        error: which,
      })
    }
    expect(await refused(await run(server, '?user_id=x', json))).toMatchObject({
      status: 404,
      error: 'user not found',
    })
    expect(
      await refused(await run(server, '?run_as_system=true', { name: 'unknown' })),
    ).toMatchObject({ status: 404, error: "function not found: 'unknown'" })
    const { user_id: userId } = await logIn(server, 'anon-user')
    const client = clientPaths.callFunction(server.app.clientAppId)
    const { access_token: bearer } = await logIn(server, 'anon-user')
    expect((await server.request('POST', client, { json, bearer })).status).toBe(404)
    expect((await run(server, `?user_id=${userId}`, { name: 1 })).status).toBe(400)
  })
})

describe('POST …/debug/execute_function of a data source', () => {
  it('does an operation under the rules of the user, or past them as the system', async () => {
    const rules = [
      {
        database: 'shop',
        collection: 'orders',
        roles: [{ name: 'own', applyWhen: { owner: '%%user.id' }, read: true, write: true }],
        filters: [],
      },
    ]
    const dataSources = [{ name: 'mongodb-atlas', link: { kind: 'own' as const }, rules }]
    await using server = await startTestServer({ app: { dataSources } })
    const { user_id: userId } = await logIn(server, 'anon-user')
    const place = { database: 'shop', collection: 'orders' }
    const operation = (name: string, args: object) => ({
      service: 'mongodb-atlas',
      name,
      arguments: [{ ...place, ...args }],
    })
    for (const owner of [userId, 'somebody else']) {
      const insert = operation('insertOne', { document: { owner, price: { $numberInt: '3' } } })
      expect(
        (await resultOf(await run(server, '?run_as_system=true', insert))).error,
      ).toBeUndefined()
    }

    const find = operation('find', { query: {} })
    const own = await resultOf(await run(server, `?user_id=${userId}`, find))
    const all = await resultOf(await run(server, '?run_as_system=true', find))
    const refusal = await resultOf(
      await run(server, '?run_as_system=true', { ...find, service: 'nowhere' }),
    )

    expect(own.result).toEqual([
      { _id: expect.anything(), owner: userId, price: { $numberInt: '3' } },
    ])
    expect(all.result).toHaveLength(2)
    expect(refusal).toMatchObject({
      error: "service not found: 'nowhere'",
      error_code: 'ServiceNotFound',
    })
  })
})

describe('POST …/debug/execute_function_source', () => {
  const runSource = (server: TestServer, query: string, json: object): Promise<Response> => {
    const path = `${adminPaths.runSource(server.projectId, server.app.id)}${query}`
    return server.request('POST', path, { json, bearer: server.operatorKey })
  }

  it('runs code beside the functions of the app, as a user or as the system', async () => {
    await using server = await startTestServer({ app: { functions, values: { unit: 'kg' } } })
    const { user_id: userId } = await logIn(server, 'anon-user')
    const source = `exports = async function (weight) {
      console.log('weighing')
      const [id] = await context.functions.execute('whoAmI')
      return [id, weight + context.values.get('unit')]
    }`
    const json = { source, eval_source: 'exports(12)' }

    const asUser = await resultOf(await runSource(server, `?user_id=${userId}`, json))
    const asSystem = await resultOf(await runSource(server, '?run_as_system=true', json))
    const plain = await resultOf(
      await runSource(server, '?run_as_system=true', { source: 'exports = () => 1.5' }),
    )

    expect(asUser).toMatchObject({ result: [userId, '12kg'], logs: ['weighing', 'asked with 0'] })
    expect(asSystem).toMatchObject({ result: [null, '12kg'] })
    expect(plain.result).toEqual({ $numberDouble: '1.5' })
    for (const json of [
      { source: 'module.exports = () => "whole"' },
      { source: 'exports.half = () => "whole"', eval_source: 'exports.half()' },
    ])
      expect(await resultOf(await runSource(server, '?run_as_system=true', json))).toMatchObject({
        result: 'whole',
      })
    expect(server.app.functions.map(({ name }) => name)).toEqual(['whoAmI', 'broken'])
  })

  it('tells what the code threw, and what is no code', async () => {
    await using server = await startTestServer({ app: { functions } })
    const failed = async (source: string) =>
      (await resultOf(await runSource(server, '?run_as_system=true', { source }))).error

    expect(await failed('exports = () => { throw new Error("no scales") }')).toBe('no scales')
    expect(await failed('exports = (')).toContain('Unexpected token')
    expect((await runSource(server, '?run_as_system=true', {})).status).toBe(400)
    expect((await runSource(server, '', { source: 'exports = () => 1' })).status).toBe(400)
  })
})
