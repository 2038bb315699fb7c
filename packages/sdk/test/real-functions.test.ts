import { startTestServer } from '@regent/server/testing'
import { Decimal128, Long, ObjectId, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import { Credentials } from '../src/index.ts'
import { errorOf, open, startWithAda } from './real-app.ts'
import { runProgram } from './realm-12-program.ts'
import { makeFolder } from './wire-server.ts'

const functions = {
  sum: 'exports = (first, second) => first + second',
  multiply: 'exports = async (first, second) => first * second',
  echo: 'exports = value => value',
  nothing: 'exports = () => {}',
  whoAmI: 'exports = () => ({ id: context.user.id })',
  broken: 'exports = () => { throw new Error("out of plums") }',
  toJSON: 'exports = () => "called by its name"',
  hidden: { source: 'exports = () => "secret"', private: true },
} as const

describe('user.functions of a Regent server', () => {
  it('take and give the values that JavaScript and BSON have', async () => {
    await using world = await startWithAda({ app: { functions } })
    const { ada } = world
    const value = {
      _id: new ObjectId('65a0c0ffee0000000000beef'),
      at: new Date('2026-01-02T03:04:05.678Z'),
      exact: Decimal128.fromString('1.10'),
      huge: Long.fromString('9007199254740993'),
      uuid: new UUID('c8edabc3-f738-4ca3-b68d-ab92a91478a3'),
      list: [1, -1, 2.5, 4_294_967_296, null, 'text', true, { deep: [[]] }],
      '': 'empty key',
    }

    expect(await ada.functions.echo?.(value)).toEqual(value)
    expect(await ada.callFunction('sum', 1, 2)).toBe(3)
    expect(await ada.callFunction('sum', 0.5, 2)).toBe(2.5)
    expect((await ada.callFunction('nothing')) ?? null).toBeNull()
    expect(await ada.callFunction('echo', undefined)).toBeNull()
    expect(await ada.callFunction('toJSON')).toBe('called by its name')
    expect(await ada.functions.whoAmI?.()).toEqual({ id: ada.id })
  })

  it('fail with what they threw, and with what to do', async () => {
    await using world = await startWithAda({ app: { functions } })
    const { ada } = world

    expect(await errorOf(ada.callFunction('broken'))).toMatchObject({
      code: 4313,
      message: expect.stringContaining('out of plums'),
      hint: expect.stringContaining('The function threw'),
      requestId: expect.stringMatching(/^[0-9a-f]{24}$/),
    })
    expect(await errorOf(ada.callFunction('missing'))).toMatchObject({
      code: 4325,
      message: "function not found: 'missing'",
      hint: expect.stringContaining('deployed'),
    })
    expect((await errorOf(ada.callFunction('hidden'))).statusCode).toBeGreaterThanOrEqual(400)
  })

  it('go on after the access token ran out', async () => {
    await using world = await startWithAda({ app: { functions } })
    const { server, ada } = world
    server.advance(31 * 60 * 1_000)

    const sums = await Promise.all([1, 2, 3].map(one => ada.functions.sum?.(one, 1)))

    expect(sums).toEqual([2, 3, 4])
  })

  it('are called by whom the session is', async () => {
    await using world = await startWithAda({ app: { functions } })
    const { server, ada } = world
    const guest = await open(server).logIn(Credentials.anonymous())

    expect(await guest.functions.whoAmI?.()).toEqual({ id: guest.id })
    expect(await ada.functions.whoAmI?.()).toEqual({ id: ada.id })
  })
})

describe('user.push of a Regent server', () => {
  it('rejects, for no service sends any', async () => {
    await using world = await startWithAda()
    const push = world.ada.push('gcm')

    for (const call of [() => push.register('token'), () => push.deregister()]) {
      expect(await errorOf(call())).toMatchObject({
        code: 4318,
        statusCode: 404,
        message: "service not found: 'gcm'",
      })
    }
    await expect(push.register(7 as never)).rejects.toThrow(
      "Expected 'token' to be a string, got a number",
    )
  })
})

describe('a program written for realm 12', { timeout: 60_000 }, () => {
  it('runs after its import was changed', async () => {
    await using server = await startTestServer({
      app: {
        providers: ['anon-user', 'local-userpass', 'api-key'],
        functions,
        dataSources: ['mongodb-atlas'],
      },
    })
    using folder = makeFolder()

    expect(await runProgram(server.app.clientAppId, server.url, folder.path)).toEqual({
      sum: 3,
      product: 42,
      me: 'me',
      stock: {
        _id: new ObjectId('65a0c0ffee0000000000beef'),
        name: 'plums',
        at: new Date(0),
        count: Long.fromString('9007199254740993'),
      },
      keyName: 'phone',
      keysLeft: 0,
      plants: ['fern', 'oak'],
      planted: ['weed'],
      refusal: 4325,
      identities: ['anon-user', 'local-userpass'],
      states: ['LoggedIn', 'LoggedOut', 'Removed'],
    })
  })
})
