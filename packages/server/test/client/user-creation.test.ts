import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, refused } from './clients.ts'

const source = `exports = async user => {
  console.log(JSON.stringify(user), context.runningAsSystem())
  const { email = '' } = user.data
  if (email.startsWith('nobody')) throw new Error('by invitation only')
  if (email.startsWith('slow')) await new Promise(resolve => setTimeout(resolve, 50))
  if (email.startsWith('some') && Math.random() < 0.5) throw new Error('not this time')
}`

const app = {
  functions: { onSignUp: { source, private: true, runAsSystem: true } },
  userCreationFunctionName: 'onSignUp',
} as const

const password = 'a-secret'

const register = async (server: TestServer, email: string): Promise<void> => {
  const path = clientPaths.register(server.app.clientAppId)
  expect((await post(server, path, { email, password })).status).toBe(201)
}

const tryLogin = (server: TestServer, username: string): Promise<Response> =>
  post(server, clientPaths.login(server.app.clientAppId, 'local-userpass'), { username, password })

const allUsers = ({ deps, app: { id } }: TestServer) =>
  deps.store.users.listByApp(id, { after: undefined, limit: 50 })

const printed = (server: TestServer): string[] =>
  server.logs().flatMap(line => (line.printed ?? []) as string[])

describe('a user creation function', () => {
  it('is asked before the first log-in makes the user, as the system, and not again', async () => {
    await using server = await startTestServer({ app })
    await register(server, 'ada@example.com')
    expect(printed(server)).toEqual([])

    const { user_id: id } = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password,
    })
    await logIn(server, 'local-userpass', { username: 'ada@example.com', password })

    const [line = '', ...others] = printed(server)
    expect(others).toEqual([])
    expect(line).toContain(' true')
    expect(JSON.parse(line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1))).toMatchObject({
      id,
      type: 'normal',
      data: { email: 'ada@example.com' },
      custom_data: {},
      identities: [{ provider_type: 'local-userpass', providerType: 'local-userpass' }],
    })
  })

  it('refuses the user by throwing, and nothing is left but the registration', async () => {
    await using server = await startTestServer({ app })
    const { store } = server.deps
    await register(server, 'nobody@example.com')

    for (let time = 0; time < 2; time += 1) {
      expect(await refused(await tryLogin(server, 'nobody@example.com'))).toEqual({
        status: 401,
        error: 'user not created: by invitation only',
        error_code: 'AuthError',
      })
    }

    expect(await allUsers(server)).toEqual([])
    const account = await store.passwords.find(server.app.id, 'nobody@example.com')
    const key = { appId: server.app.id, providerType: 'local-userpass' } as const
    expect(account?.state).toBe('confirmed')
    expect(await store.identities.find({ ...key, id: account?.identityId ?? '' })).toBeUndefined()
    const { userCreationFunctionName: _, ...withoutFunction } = server.app
    await server.deps.store.apps.put(withoutFunction)
    expect((await tryLogin(server, 'nobody@example.com')).status).toBe(200)
  })

  it('makes one user of many first log-ins at once, and none without its claim', async () => {
    await using server = await startTestServer({ app })
    await register(server, 'slow@example.com')

    const logins = await Promise.all(
      Array.from({ length: 5 }, () => tryLogin(server, 'slow@example.com')),
    )

    expect(logins.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(await allUsers(server)).toHaveLength(1)
    for (let round = 0; round < 20; round += 1) {
      const email = `some${round}@example.com`
      await register(server, email)
      await Promise.all(Array.from({ length: 5 }, () => tryLogin(server, email)))
    }
    for (const user of await allUsers(server)) {
      const claims = await server.deps.store.identities.listByUser(user.id)
      expect(claims).toHaveLength(user.identities.length)
    }
  })
})
