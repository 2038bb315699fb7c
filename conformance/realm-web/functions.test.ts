import { BSON, Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { openApp, rejection } from './open-app.ts'

const functions = {
  sum: 'exports = (...numbers) => numbers.reduce((sum, number) => sum + number, 0)',
  echo: 'exports = async value => value',
  whoAmI: 'exports = () => ({ id: context.user.id, type: context.user.type })',
  nothing: 'exports = () => {}',
  broken: 'exports = () => { throw new Error("out of plums") }',
  hidden: { source: 'exports = () => "secret"', private: true },
  asks: 'exports = name => context.functions.execute(name)',
} as const

type Calls = Readonly<Record<keyof typeof functions, (...args: unknown[]) => Promise<unknown>>>

const openUser = async () => {
  const opened = await openApp({ app: { functions } })
  const user = await opened.app.logIn(Credentials.anonymous())
  return { opened, user, calls: user.functions as unknown as Calls }
}

describe('realm-web: functions', () => {
  it('are called by name, with arguments, as the user', async () => {
    const { opened, user, calls } = await openUser()
    await using _ = opened

    expect(await calls.sum(1, 2, 12)).toBe(15)
    expect(await user.callFunction('sum', 1.5, 1)).toBe(2.5)
    expect(await calls.whoAmI()).toEqual({ id: user.id, type: 'normal' })
    expect((await calls.nothing()) ?? null).toBeNull()
  })

  it('take and give BSON values', async () => {
    const { opened, calls } = await openUser()
    await using _ = opened
    const value = {
      id: new BSON.ObjectID('65a0c0ffee0000000000beef'),
      at: new Date('2026-01-02T03:04:05.678Z'),
      list: [1, 2.5, null, 'text', { deep: true }],
    }

    const answer = (await calls.echo(value)) as typeof value

    expect(answer.id.toHexString()).toBe(value.id.toHexString())
    expect(answer.at).toEqual(value.at)
    expect(answer.list).toEqual(value.list)
  })

  it('say what they threw', async () => {
    const { opened, calls } = await openUser()
    await using _ = opened

    expect(await rejection(calls.broken())).toMatchObject({
      statusCode: 400,
      errorCode: 'FunctionExecutionError',
      error: expect.stringContaining('out of plums'),
    })
  })

  it('are not found when unknown or private, but other functions may call the private ones', async () => {
    const { opened, user, calls } = await openUser()
    await using _ = opened

    for (const name of ['unknown', 'hidden']) {
      expect(await rejection(user.callFunction(name))).toMatchObject({
        statusCode: 404,
        errorCode: 'FunctionNotFound',
        error: `function not found: '${name}'`,
      })
    }
    expect(await calls.asks('hidden')).toBe('secret')
  })

  it('of an unknown service name it', async () => {
    const { opened, user } = await openUser()
    await using _ = opened

    const refused = await rejection(user.mongoClient('nowhere').db('d').collection('c').findOne())

    expect(refused).toMatchObject({
      statusCode: 404,
      errorCode: 'ServiceNotFound',
      error: "service not found: 'nowhere'",
    })
  })
})
