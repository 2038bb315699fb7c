import { inspect } from 'node:util'
import { Binary, Decimal128, Long, ObjectId, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import { logInAs } from './logged-in.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

const path = '/functions/call'
const session = '/auth/session'

/** Answers every call of a function with the same body, to users who are logged in. */
const answerCalls = (server: WireServer, body: object | string): void => {
  server.answerWith(seen => (seen.path.endsWith(path) ? { status: 200, body } : undefined))
}

const refused = { error: 'invalid session', error_code: 'InvalidSession' }

describe('user.functions', () => {
  it('sends the name and the arguments as canonical extended JSON, with the access token', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    answerCalls(server, 'null')
    const id = new ObjectId('65a0c0ffee0000000000beef')

    await user.functions.sum?.(1, 2.5, new Date(0), id, { a: undefined, b: [undefined] }, undefined)

    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/api/client/v2.0/app/test-aaaaa/functions/call',
      bearer: user.accessToken,
      body: {
        name: 'sum',
        arguments: [
          { $numberInt: '1' },
          { $numberDouble: '2.5' },
          { $date: { $numberLong: '0' } },
          { $oid: '65a0c0ffee0000000000beef' },
          { b: [null] },
          null,
        ],
      },
    })
  })

  it('is the same call in all its spellings', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    answerCalls(server, '"done"')
    const { doThing } = user.functions as Record<string, (value: number) => Promise<unknown>>
    const calls = [
      () => user.callFunction('doThing', 7),
      () => (user.functions as { doThing: (value: number) => Promise<unknown> }).doThing(7),
      () => (doThing as (value: number) => Promise<unknown>)(7),
      () => user.functions.callFunction?.('doThing', 7),
    ]

    for (const call of calls) {
      expect(await call()).toBe('done')
      expect(server.requests.at(-1)?.body).toEqual({
        name: 'doThing',
        arguments: [{ $numberInt: '7' }],
      })
    }
  })

  it('reads results of both dialects as the Realm SDK gives them', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const hex = 'c8edabc3f7384ca3b68dab92a91478a3'
    const uuid = { base64: Buffer.from(hex, 'hex').toString('base64'), subType: '04' }
    const cases: [string, unknown][] = [
      ['15', 15],
      ['{"$numberInt":"15"}', 15],
      ['{"$numberLong":"15"}', 15],
      ['{"$numberDouble":"1.5"}', 1.5],
      ['{"$numberLong":"9007199254740993"}', Long.fromString('9007199254740993')],
      ['{"$numberDecimal":"1.5"}', Decimal128.fromString('1.5')],
      ['"text"', 'text'],
      ['true', true],
      ['null', null],
      ['{"$undefined":true}', null],
      ['{"$date":{"$numberLong":"5"}}', new Date(5)],
      ['{"$date":"1970-01-01T00:00:00.005Z"}', new Date(5)],
      ['{"$oid":"65a0c0ffee0000000000beef"}', new ObjectId('65a0c0ffee0000000000beef')],
      ['{"$binary":{"base64":"AQID","subType":"00"}}', new Binary(Uint8Array.of(1, 2, 3))],
      [JSON.stringify({ $binary: uuid }), new UUID(hex)],
      [
        '{"list":[{"$numberInt":"1"},2],"error":"is a value here"}',
        { list: [1, 2], error: 'is a value here' },
      ],
    ]
    for (const [body, result] of cases) {
      answerCalls(server, body)
      expect(await user.callFunction('echo')).toStrictEqual(result)
    }
  })

  it('has no function that JavaScript looks for by itself', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const before = server.requests.length

    const { functions } = await (async () => ({ functions: await user.functions }))()

    expect(functions).toBe(user.functions)
    expect(JSON.stringify(functions)).toBe('{}')
    expect(String(functions)).toBe('[object Object]')
    expect(inspect(functions)).toContain('callFunction')
    expect(functions.inspect).toBeUndefined()
    expect(server.requests.length).toBe(before)
    answerCalls(server, '1')
    expect(await user.callFunction('then')).toBe(1)
  })

  it('refreshes the token once and calls once more, and tells what that answered', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    server.expireAccessTokens()
    server.answerWith(seen =>
      seen.path.endsWith(path) ? { status: 401, body: refused } : undefined,
    )

    await expect(user.callFunction('f')).rejects.toMatchObject({ code: 4301 })

    expect(server.count('POST', path)).toBe(2)
    expect(server.count('POST', session)).toBe(1)
    expect(user.isLoggedIn).toBe(true)
  })

  it('is called once when it threw, was not there, or the server was busy', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const cases: [number, string | undefined, number][] = [
      [400, 'FunctionExecutionError', 4313],
      [404, 'FunctionNotFound', 4325],
      [400, 'ExecutionTimeLimitExceeded', 4341],
      [403, 'NoMatchingRuleFound', 4314],
      [503, undefined, 4351],
    ]
    for (const [status, error_code, code] of cases) {
      const body = { error: 'out of plums', error_code }
      server.answerWith(seen => (seen.path.endsWith(path) ? { status, body } : undefined))
      const before = server.requests.length
      const called = user.callFunction('f')
      await expect(called).rejects.toMatchObject({ message: 'out of plums', code })
      expect(server.requests.length).toBe(before + 1)
    }
  })

  it('sends nothing for arguments that cannot be written, and for a name that is none', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const before = server.requests.length
    const loop: { self?: object } = {}
    loop.self = loop

    await expect(user.callFunction('f', loop)).rejects.toThrow(
      'Expected BSON values, got one that contains itself or is nested too deeply',
    )
    await expect(user.callFunction(7 as never)).rejects.toThrow(
      "Expected 'name' to be a string, got a number",
    )

    expect(server.requests.length).toBe(before)
  })

  it('says so when the result is malformed', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    answerCalls(server, '{"$numberInt":"many"}')

    await expect(user.callFunction('f')).rejects.toMatchObject({
      code: 4203,
      message: "malformed result: malformed extended JSON: '$numberInt'",
    })
  })

  it('sends nothing for a user who is logged out', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    await user.logOut()
    const before = server.requests.length

    await expect(user.functions.f?.()).rejects.toMatchObject({ code: 4101 })

    expect(server.requests.length).toBe(before)
  })

  it('leaves a user logged out who logged out while it ran', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const logOutDuringCall = async (): Promise<void> => {
      await user.logOut()
    }
    server.answerWith(async seen => {
      if (!seen.path.endsWith(path)) return undefined
      await logOutDuringCall()
      return { status: 401, body: refused }
    })

    await expect(user.callFunction('f')).rejects.toMatchObject({ code: 4301 })

    expect(user.state).toBe('LoggedOut')
    expect(server.count('POST', path)).toBe(1)
    expect(server.count('POST', session)).toBe(0)
  })

  it('is given up after the timeout of the app', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada', { timeout: 1_500 })
    server.answerWith(seen => (seen.path.endsWith(path) ? new Promise(() => undefined) : undefined))

    await expect(user.callFunction('f')).rejects.toMatchObject({
      code: 4000,
      message: expect.stringContaining('aborted due to timeout'),
    })
  })
})
