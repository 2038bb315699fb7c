import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { EntryQuery, KeptEntry } from '../../src/activity/entry.ts'
import { logIn } from '../client/clients.ts'

const entriesOf = (server: TestServer, query: EntryQuery = {}): Promise<KeptEntry[]> =>
  server.deps.activity.find({ appId: server.app.id, ...query })

const functions = {
  greet: 'exports = name => { console.log("greeting", name); return "hello" }',
  broken: 'exports = () => { console.log("so far"); throw new Error("out of plums") }',
  welcome: { source: 'exports = () => { console.log("welcome") }', private: true },
}

const call = (server: TestServer, bearer: string, name: string): Promise<Response> =>
  server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
    json: { name, arguments: ['Ada'] },
    bearer,
  })

describe('a call of a function', () => {
  it('leaves one entry with what it printed and how it ended', async () => {
    await using server = await startTestServer({ app: { functions } })
    const user = await logIn(server, 'anon-user')

    const good = await call(server, user.access_token, 'greet')
    const bad = await call(server, user.access_token, 'broken')

    expect(good.status).toBe(200)
    const common = { type: 'FUNCTION', userId: user.user_id, address: '127.0.0.1' }
    expect(await entriesOf(server, { types: ['FUNCTION'] })).toMatchObject([
      {
        ...common,
        name: 'broken',
        requestId: bad.headers.get('x-appservices-request-id'),
        messages: [expect.stringContaining('so far')],
        error: expect.stringContaining('out of plums'),
        errorCode: 'FunctionExecutionError',
        detail: expect.stringMatching(/^at exports \(functions\/broken\.js:1:48\)/),
      },
      {
        ...common,
        name: 'greet',
        requestId: good.headers.get('x-appservices-request-id'),
        messages: [expect.stringContaining('greeting Ada')],
      },
    ])
  })

  it('by a trigger leaves one of its own', async () => {
    const triggers = [
      {
        name: 'onLogin',
        disabled: false,
        operationTypes: ['LOGIN' as const],
        providers: ['anon-user' as const],
        functionName: 'welcome',
      },
    ]
    await using server = await startTestServer({ app: { functions, triggers } })
    await logIn(server, 'anon-user')

    const told = () => entriesOf(server, { types: ['AUTH_TRIGGER'] })
    await expect.poll(told, { timeout: 5_000 }).toMatchObject([
      {
        name: 'onLogin',
        functionName: 'welcome',
        messages: [expect.stringContaining('welcome')],
      },
    ])
  })

  it('that a rule makes leaves none as long as it answers', async () => {
    const rule = { '%%true': { '%function': { name: 'isWelcome' } } }
    await using server = await startTestServer({
      app: {
        functions: {
          isWelcome: 'exports = () => true',
          guarded: { source: 'exports = () => "in"', canEvaluate: rule },
        },
      },
    })
    const user = await logIn(server, 'anon-user')

    const response = await call(server, user.access_token, 'guarded')

    expect(response.status).toBe(200)
    const called = await entriesOf(server, { types: ['FUNCTION'] })
    expect(called.map(({ name }) => name)).toEqual(['guarded'])
  })
})
