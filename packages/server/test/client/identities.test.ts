import { clientPaths, type LoginWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, profileOf, refused } from './clients.ts'

const app = { providers: ['anon-user', 'local-userpass', 'api-key'] } as const
const email = 'ada@example.com'
const login = { username: email, password: 'ada-secret' }
const last = {
  status: 400,
  error: 'cannot unlink the only identity of a user: link another one first, or delete the user',
  error_code: 'BadRequest',
}

const registerAda = (server: TestServer) =>
  post(server, clientPaths.register('test-aaaaa'), { email, password: 'ada-secret' })

const linkAda = async (server: TestServer, { access_token: bearer }: LoginWire) => {
  const path = `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`
  expect((await server.request('POST', path, { bearer, json: login })).status).toBe(200)
}

/** A guest who became Ada. */
const linkedGuest = async (server: TestServer): Promise<LoginWire> => {
  const guest = await logIn(server, 'anon-user')
  await registerAda(server)
  await linkAda(server, guest)
  return guest
}

const identitiesOf = async (server: TestServer, { access_token }: LoginWire) =>
  (await profileOf(server, access_token)).identities

const unlink = async (server: TestServer, user: LoginWire, type: string, id?: string) => {
  const found = (await identitiesOf(server, user)).find(one => one.provider_type === type)
  const path = clientPaths.identity(type, id ?? found?.id ?? 'none')
  return server.request('DELETE', path, { bearer: user.access_token })
}

const isAlive = async (server: TestServer, { refresh_token: bearer }: LoginWire) =>
  (await server.request('POST', clientPaths.session(), { bearer })).status === 201

describe('DELETE /auth/identities/{provider_type}/{id}', () => {
  it('takes the identity off; user id, order of the others and session stay', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)

    const answer = await unlink(server, guest, 'local-userpass')

    expect([answer.status, await answer.text()]).toEqual([204, ''])
    const profile = await profileOf(server, guest.access_token)
    expect(profile).toMatchObject({ user_id: guest.user_id, data: {} })
    expect(profile.identities.map(one => one.provider_type)).toEqual(['anon-user'])
    expect(await isAlive(server, guest)).toBe(true)
  })

  it('takes the password of an e-mail identity along; the address is free for somebody new', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    await unlink(server, guest, 'local-userpass')

    const refusedLogin = await post(
      server,
      clientPaths.login('test-aaaaa', 'local-userpass'),
      login,
    )
    expect(await refused(refusedLogin)).toMatchObject({ error_code: 'InvalidPassword' })
    expect((await registerAda(server)).status).toBe(201)
    expect((await logIn(server, 'local-userpass', login)).user_id).not.toBe(guest.user_id)
  })

  it('lets the same identity be linked again', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    await unlink(server, guest, 'local-userpass')
    await registerAda(server)

    await linkAda(server, guest)

    expect((await logIn(server, 'local-userpass', login)).user_id).toBe(guest.user_id)
  })

  it('ends the sessions that the identity began and all others but the one that asks', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    const byEmail = await logIn(server, 'local-userpass', login)

    await unlink(server, guest, 'local-userpass')

    expect([await isAlive(server, guest), await isAlive(server, byEmail)]).toEqual([true, false])
  })

  it('ends the session that asks too when the identity began it', async () => {
    await using server = await startTestServer({ app })
    await linkedGuest(server)
    const byEmail = await logIn(server, 'local-userpass', login)

    expect((await unlink(server, byEmail, 'local-userpass')).status).toBe(204)

    expect(await isAlive(server, byEmail)).toBe(false)
  })

  it('leaves one of two that are unlinked at once', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    const byEmail = await logIn(server, 'local-userpass', login)

    const answers = await Promise.all([
      unlink(server, guest, 'anon-user'),
      unlink(server, byEmail, 'local-userpass'),
    ])

    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const { users, identities } = server.deps.store
    const left = (await users.findById(guest.user_id))?.identities ?? []
    expect(left).toHaveLength(1)
    expect(await identities.listByUser(guest.user_id)).toMatchObject([
      { providerType: left[0]?.providerType, id: left[0]?.id },
    ])
  })

  it('refuses the last one', async () => {
    await using server = await startTestServer({ app })
    await registerAda(server)
    const ada = await logIn(server, 'local-userpass', login)
    const guest = await logIn(server, 'anon-user')

    expect(await refused(await unlink(server, ada, 'local-userpass'))).toEqual(last)
    expect(await refused(await unlink(server, guest, 'anon-user'))).toEqual(last)
    expect([await isAlive(server, ada), await isAlive(server, guest)]).toEqual([true, true])
  })

  it('does not find what the user does not have', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    const other = await logIn(server, 'anon-user')
    const [theirs] = await identitiesOf(server, other)

    for (const [type, id] of [
      ['anon-user', theirs?.id],
      ['local-userpass', 'nonsense'],
      ['oauth2-google', '65a0c0ffee00000000000b01'],
      ['nonsense', '%00'],
    ] as const) {
      expect(await refused(await unlink(server, guest, type, id))).toEqual({
        status: 404,
        error: 'identity not found',
      })
    }
  })

  it('refuses an access token whose session has ended', async () => {
    await using server = await startTestServer({ app })
    const guest = await linkedGuest(server)
    await server.request('DELETE', clientPaths.session(), { bearer: guest.refresh_token })

    expect(await refused(await unlink(server, guest, 'local-userpass'))).toMatchObject({
      status: 401,
      error_code: 'InvalidSession',
    })
  })
})

describe('the identity of an API key', () => {
  const withKey = async (server: TestServer) => {
    await registerAda(server)
    const ada = await logIn(server, 'local-userpass', login)
    const options = { bearer: ada.refresh_token, json: { name: 'ci' } }
    const answer = await server.request('POST', clientPaths.apiKeys(), options)
    const { key } = (await answer.json()) as { key: string }
    return { ada, key, machine: await logIn(server, 'api-key', { key }) }
  }

  it('takes the key along when it is unlinked', async () => {
    await using server = await startTestServer({ app })
    const { ada, key, machine } = await withKey(server)

    expect((await unlink(server, ada, 'api-key')).status).toBe(204)

    const again = await post(server, clientPaths.login('test-aaaaa', 'api-key'), { key })
    expect(again.status).toBe(401)
    expect([await isAlive(server, ada), await isAlive(server, machine)]).toEqual([true, false])
    expect(await identitiesOf(server, ada)).toHaveLength(1)
  })

  it('cannot be unlinked in a session that the key began', async () => {
    await using server = await startTestServer({ app })
    const { machine } = await withKey(server)

    expect(await refused(await unlink(server, machine, 'api-key'))).toEqual({
      status: 403,
      error: 'an API key cannot be deleted in a session that it began',
    })
  })

  it('does not count: the address beside it is still the last identity', async () => {
    await using server = await startTestServer({ app })
    const { ada } = await withKey(server)

    expect(await refused(await unlink(server, ada, 'local-userpass'))).toEqual(last)
  })
})

describe('PUT and DELETE /push/providers/{service}/registration', () => {
  it('do not know the service, and need a user', async () => {
    await using server = await startTestServer({ app: [app, { ...app, clientAppId: 'b-aaaaa' }] })
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const path = clientPaths.pushRegistration('test-aaaaa', 'gcm_blah')
    const json = { registrationToken: 'token' }
    const unknown = {
      status: 404,
      error: "service not found: 'gcm_blah'",
      error_code: 'ServiceNotFound',
    }

    expect(await refused(await server.request('PUT', path, { bearer, json }))).toEqual(unknown)
    expect(await refused(await server.request('DELETE', path, { bearer }))).toEqual(unknown)
    expect((await server.request('PUT', path, { json })).status).toBe(401)
    const other = clientPaths.pushRegistration('b-aaaaa', 'gcm_blah')
    expect((await server.request('PUT', other, { bearer, json })).status).toBe(401)
  })
})
