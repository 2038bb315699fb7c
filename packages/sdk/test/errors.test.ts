import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { logInAs } from './logged-in.ts'
import { errorOf } from './real-app.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

/** The error of a call that the server answers like this. */
const refuse = async (server: WireServer, status: number, body: object | string) => {
  const { user } = await logInAs(server, 'ada')
  server.answerWith(({ path }) => (path.endsWith('/call') ? { status, body } : undefined))
  const error = await errorOf(user.callFunction('f'))
  server.answerWith(() => undefined)
  return error
}

describe('an error', () => {
  it('keeps the text of the server as its message and says what to do in its hint', async () => {
    await using server = await startWireServer()
    const cases: [number, object | string, string][] = [
      [
        404,
        { error: "function not found: 'sum'", error_code: 'FunctionNotFound' },
        'names are case-sensitive, it must be deployed, and not private',
      ],
      [400, { error: 'out of plums', error_code: 'FunctionExecutionError' }, 'The function threw'],
      [404, { error: "cannot find app using Client App ID 'x'" }, "it is 'app_id' in the app"],
      [429, { error: 'too many attempts, try again in 7 seconds' }, 'Too many attempts: wait'],
      [503, { error: 'too busy, try again in a moment' }, 'try again in a moment'],
      [502, '<h1>Bad Gateway</h1>', 'does not reach it: see that it runs'],
      [404, '<h1>Not found</h1>', "see that 'baseUrl' is its address"],
      [403, { error: 'anonymous users and server users cannot have API keys' }, 'Link an identity'],
    ]
    for (const [status, body, hint] of cases) {
      const error = await refuse(server, status, body)
      if (typeof body === 'object') expect(error.message).toBe((body as { error: string }).error)
      expect(error.hint).toContain(hint)
    }
  })

  it('has no hint where the text says it all', async () => {
    await using server = await startWireServer()

    const error = await refuse(server, 400, { error: 'email invalid', error_code: 'BadRequest' })

    expect(error.hint).toBeUndefined()
  })

  it('names the request by what is in its link when no header does', async () => {
    await using server = await startWireServer()
    const link = 'http://127.0.0.1/groups/g/apps/a/logs?co_id=65a0c0ffee'

    expect((await refuse(server, 400, { error: 'x', link })).requestId).toBe('65a0c0ffee')
    expect((await refuse(server, 400, { error: 'x' })).requestId).toBeUndefined()
  })

  it('says where it looked for a server that is not there', async () => {
    const app = new App({ id: 'a', baseUrl: 'http://127.0.0.1:1', metadata: { mode: 'inMemory' } })

    const error = await errorOf(app.logIn(Credentials.anonymous()))

    expect(error).toMatchObject({ code: 4000, statusCode: undefined })
    expect(error.message).toContain('request to http://127.0.0.1:1/api/client/v2.0/app/a/location')
    expect(error.hint).toContain("'baseUrl' is its address")
  })

  it('prints with all it knows, and nothing of what it does not', async () => {
    await using server = await startWireServer()
    const error = await refuse(server, 404, { error: 'no f', error_code: 'FunctionNotFound' })

    const printed = inspect(error)

    expect(printed).toMatch(/^RegentError: no f\n\s+at /)
    expect(printed).toContain('code: 4325')
    expect(printed).toContain("errorCode: 'FunctionNotFound'")
    expect(printed).toContain('statusCode: 404')
    expect(printed).toContain('hint:')
    expect(printed).not.toContain('undefined')
    expect(printed).not.toContain('Bearer')
  })
})
