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
