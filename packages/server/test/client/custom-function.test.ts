import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, profileOf, refused } from './clients.ts'

const source = `exports = payload => {
  console.log(JSON.stringify(payload))
  switch (payload.what) {
    case undefined: return payload.username
    case 'object': return { id: payload.username, name: 'Ada', email: 'ada@example.com' }
    case 'throw': throw new Error('wrong secret for ' + payload.username)
    case 'unauthorized': throw new Error('unauthorized')
    case 'number': return 42
    case 'empty': return ''
    case 'long': return 'x'.repeat(257)
    case 'nothing': return undefined
    case 'list': return ['ada']
    case 'inner': return { id: 42 }
    case 'bare': return { name: 'Ada' }
    case 'endless': for (;;) {}
  }
}`

const app = {
  functions: { whoIs: { source, private: true } },
  providers: ['anon-user', { type: 'custom-function', config: { authFunctionName: 'whoIs' } }],
} as const

const start = (settings = {}): Promise<TestServer> => startTestServer({ app, settings })

const tryLogin = (server: TestServer, payload: object): Promise<Response> =>
  server.request('POST', clientPaths.login(server.app.clientAppId, 'custom-function'), {
    json: payload,
  })

const denied = { status: 401, error: 'unauthorized', error_code: 'AuthError' }

describe('POST …/providers/custom-function/login', () => {
  it('logs in whom the function names, the same user each time', async () => {
    await using server = await start()

    const first = await logIn(server, 'custom-function', { username: 'ada' })
    const second = await logIn(server, 'custom-function', { username: 'ada', what: 'object' })
    const other = await logIn(server, 'custom-function', { username: 'bob' })

    expect(second.user_id).toBe(first.user_id)
    expect(other.user_id).not.toBe(first.user_id)
    const profile = await profileOf(server, second.access_token)
    expect(profile.identities).toMatchObject([{ id: 'ada', provider_type: 'custom-function' }])
    expect(profile.data).toEqual({ name: 'Ada' })
    expect((await profileOf(server, other.access_token)).data).toEqual({})
  })

  it('gives the function the payload as it was meant, without what SDKs add', async () => {
    await using server = await start()
    const options = { device: { platform: 'node', sdkVersion: '1' } }

    await logIn(server, 'custom-function', { username: 'ada', age: { $numberInt: '36' }, options })

    const printed = server.logs().flatMap(line => (line.printed ?? []) as string[])
    expect(printed.some(line => line.endsWith('{"username":"ada","age":36}'))).toBe(true)
  })

  it('answers what the function threw', async () => {
    await using server = await start()

    expect(await refused(await tryLogin(server, { username: 'ada', what: 'throw' }))).toEqual({
      status: 401,
      error: 'wrong secret for ada',
      error_code: 'AuthError',
    })
  })

  it('lets nobody in when the function names nobody, and says why in the log', async () => {
    await using server = await start({ functionSeconds: 1 })
    const whats = ['number', 'empty', 'long', 'nothing', 'list', 'inner', 'bare', 'endless']

    for (const what of whats) {
      expect(await refused(await tryLogin(server, { username: 'ada', what }))).toEqual(denied)
    }

    const told = server.logs().flatMap(({ returned }) => returned ?? [])
    expect(told).toEqual([
      '42',
      'an empty string',
      'a string too long',
      'undefined',
      'a list',
      'an object whose id is 42',
      'an object without id: name',
    ])
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ msg: 'an auth function gave no answer', problem: 'timeout' }),
    )
  })

  it('makes who guesses wait', async () => {
    await using server = await start()
    const guess = { username: 'ada', what: 'throw' }
    const statuses: number[] = []

    for (let time = 0; time < 11; time += 1) {
      statuses.push((await tryLogin(server, guess)).status)
    }

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429])
    expect((await tryLogin(server, { username: 'bob' })).status).toBe(200)
  })

  it('links, and answers a link never in the words that make realm-web refresh for ever', async () => {
    await using server = await start()
    const guest = await logIn(server, 'anon-user')
    const path = `${clientPaths.login(server.app.clientAppId, 'custom-function')}?link=true`
    const link = (json: object) =>
      server.request('POST', path, { json, bearer: guest.access_token })

    expect(await refused(await link({ username: 'ada', what: 'unauthorized' }))).toEqual({
      status: 401,
      error: 'unauthorized: these credentials cannot be linked',
      error_code: 'AuthError',
    })
    expect(
      await refused(await tryLogin(server, { username: 'ada', what: 'unauthorized' })),
    ).toEqual(denied)
    expect((await link({ username: 'ada' })).status).toBe(200)
    const again = await logIn(server, 'custom-function', { username: 'ada' })
    expect(again.user_id).toBe(guest.user_id)
  })
})
