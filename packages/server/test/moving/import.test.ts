import { adminPaths, clientPaths, type MovedUserLine } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, profileOf, refused } from '../client/clients.ts'
import { bcryptHash, importLines, listed, shaHash } from './moving.ts'

const login = (server: TestServer, username: string, password: string) =>
  post(server, clientPaths.login(server.app.clientAppId, 'local-userpass'), { username, password })

const find = (server: TestServer, id: string) => server.deps.store.users.findById(id)

describe('an import', () => {
  it('keeps ids, identities, dates, states and data of a user that the original listed', async () => {
    await using server = await startTestServer()

    const said = await importLines(server, [{ ...listed, disabled: true }])

    expect(said).toMatchObject({ imported: 1, existing: 0, refused: 0, without_password: 1 })
    expect(await find(server, listed._id)).toMatchObject({
      id: listed._id,
      appId: server.app.id,
      type: 'normal',
      disabled: true,
      createdAt: 1_597_774_634_000,
      lastLoginAt: 1_600_000_000_000,
      identities: [
        {
          id: listed.identities[0].id,
          providerType: 'local-userpass',
          providerId: server.app.providers[1]?.id,
          data: { email: 'Ada@Example.com' },
        },
        { id: 'google-1', providerType: 'oauth2-google', providerId: '5f3c1b2a9d8e7f6a5b4c3d21' },
      ],
    })
  })

  it('lets people in with the passwords they had, under the ids they had', async () => {
    await using server = await startTestServer()
    await importLines(server, [
      { ...listed, password_hash: bcryptHash },
      { email: 'bob@example.com', password_hash: shaHash, creation_date: '2020-02-02T00:00:00Z' },
    ])

    const ada = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password: 'password',
    })
    const bob = await logIn(server, 'local-userpass', {
      username: 'bob@example.com',
      password: 'password',
    })

    expect(ada.user_id).toBe(listed._id)
    expect(bob.user_id.startsWith('5e361100')).toBe(true)
    expect((await profileOf(server, bob.access_token)).data).toEqual({ email: 'bob@example.com' })
    expect((await login(server, 'bob@example.com', 'passwordx')).status).toBe(401)
  })

  it('makes a hash of today of an imported one at the next log-in, once, when two race', async () => {
    await using server = await startTestServer()
    await importLines(server, [{ email: 'bob@example.com', password_hash: shaHash }])
    const { passwords } = server.deps.store
    const hashes: string[] = []
    const replace = passwords.replaceHash
    Object.assign(passwords, {
      replaceHash: async (...given: Parameters<typeof replace>) => {
        await replace(...given)
        hashes.push((await passwords.find(server.app.id, 'bob@example.com'))?.hash ?? '')
      },
    })

    const before = await passwords.find(server.app.id, 'bob@example.com')
    const [one, two] = await Promise.all([
      login(server, 'bob@example.com', 'password'),
      login(server, 'bob@example.com', 'password'),
    ])
    const again = await login(server, 'bob@example.com', 'password')

    expect(before?.hash).toBe(shaHash)
    expect([one.status, two.status, again.status]).toEqual([200, 200, 200])
    expect(hashes.length).toBeGreaterThan(0)
    expect(new Set(hashes).size).toBe(1)
    expect(hashes[0]).toMatch(/^\$argon2id\$/)
    expect((await passwords.find(server.app.id, 'bob@example.com'))?.hash).toBe(hashes[0])
  })

  it('changes nothing when the same lines come once more', async () => {
    await using server = await startTestServer()
    const lines = [
      { ...listed, password_hash: shaHash },
      { email: 'bob@example.com', password_hash: shaHash },
      { email: 'eve@example.com', registration_only: true, password_hash: shaHash },
    ]

    const first = await importLines(server, lines)
    const user = await find(server, listed._id)
    const second = await importLines(server, lines)

    expect([first.imported, first.existing]).toEqual([3, 0])
    expect([second.imported, second.existing, second.refused]).toEqual([0, 3, 0])
    expect(await find(server, listed._id)).toEqual(user)
  })

  it('makes whole what was cut off before: a claim without its user, a user without a password', async () => {
    await using server = await startTestServer()
    const { store } = server.deps
    const line = { ...listed, password_hash: shaHash }
    const claim = { appId: server.app.id, providerType: 'local-userpass', linked: false } as const
    await store.identities.insert({ ...claim, id: listed.identities[0].id, userId: listed._id })

    const said = await importLines(server, [line])
    await store.passwords.removeByIdentity(listed.identities[0].id)
    const again = await importLines(server, [line])

    expect([said.imported, said.refused]).toEqual([1, 0])
    expect([again.existing, again.refused]).toEqual([1, 0])
    const { user_id } = await logIn(server, 'local-userpass', {
      username: 'Ada@Example.com',
      password: 'password',
    })
    expect(user_id).toBe(listed._id)
  })

  it('keeps two addresses with one key, and finds each as it was typed', async () => {
    await using server = await startTestServer()
    const said = await importLines(server, [
      { email: 'Ada@Example.com', password_hash: shaHash },
      { email: 'ada@example.com', password_hash: shaHash },
    ])
    const idOf = async (username: string) =>
      (await logIn(server, 'local-userpass', { username, password: 'password' })).user_id

    expect(said).toMatchObject({ imported: 2, refused: 0, doubles: 1 })
    expect(said.double_emails).toEqual([
      {
        line: 2,
        email: 'ada@example.com',
        reason: 'Ada@Example.com has the same key: matched only as typed',
      },
    ])
    const [upper, lower, other] = [
      await idOf('Ada@Example.com'),
      await idOf('ada@example.com'),
      await idOf('ADA@example.com'),
    ]
    expect(upper).not.toBe(lower)
    expect(other).toBe(upper)
    const list = adminPaths.users(server.projectId, server.app.id)
    const found = await server.request('GET', `${list}?email=ada%40example.com`, {
      bearer: server.operatorKey,
    })
    expect(await found.json()).toMatchObject([{ _id: lower }])
    const path = clientPaths.register(server.app.clientAppId)
    for (const email of ['ada@example.com', 'ADA@EXAMPLE.com']) {
      const taken = await post(server, path, { email, password: '123456' })
      expect((await refused(taken)).error_code).toBe('AccountNameInUse')
    }
  })

  it('says what would happen, and writes nothing, when it is dry', async () => {
    await using server = await startTestServer()

    const said = await importLines(server, [listed, { _id: 'x' }, listed], {
      query: '?dry_run=true',
    })

    expect([said.imported, said.refused]).toEqual([1, 2])
    expect(await find(server, listed._id)).toBeUndefined()
    expect(await server.deps.store.passwords.find(server.app.id, 'ada@example.com')).toBeUndefined()
  })

  it('lets whoever came without a password set one by mail', async () => {
    await using server = await startTestServer()
    await importLines(server, [{ ...listed, email_verified: true }])
    const { clientAppId } = server.app

    expect((await login(server, 'ada@example.com', '')).status).toBe(401)
    await post(server, clientPaths.resetSend(clientAppId), { email: 'ada@example.com' })
    const [letter] = await server.mailbox()
    const { searchParams } = new URL(letter?.link ?? '')
    const json = {
      token: searchParams.get('token'),
      tokenId: searchParams.get('tokenId'),
      password: 'chosen now',
    }
    expect((await post(server, clientPaths.reset(clientAppId), json)).status).toBeLessThan(300)

    const { user_id } = await logIn(server, 'local-userpass', {
      username: 'ada@example.com',
      password: 'chosen now',
    })
    expect(letter?.to).toBe('Ada@Example.com')
    expect(user_id).toBe(listed._id)
    expect((await find(server, listed._id))?.identities).toHaveLength(2)
  })
})

describe('a line that cannot be taken', () => {
  it('is told with its number and why; the others are taken', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const google = (id: string) => [{ id, provider_type: 'oauth2-google' }]
    const elsewhere = '5f3c1b2a9d8e7f6a5b4c3d99'
    await importLines(server, [{ _id: elsewhere, identities: google('e') }], {
      app: server.apps[1] as TestServer['app'],
    })
    await importLines(server, [
      { _id: 'a'.repeat(24), identities: google('taken'), creation_date: 1 },
    ])
    const taken = { email: 'taken@example.com', password: '123456' }
    await post(server, clientPaths.register(server.app.clientAppId), taken)
    const nul = { deep: [{ 'a\0b': 1 }] }
    const lines: (MovedUserLine | object | string)[] = [
      '{"email":"cut@example.com","pass',
      '[]',
      '{"__proto__":{"disabled":true},"email":"p@example.com"}',
      { email: { $ne: null } },
      { _id: '../../etc', email: 'a@example.com' },
      {
        email: 'h@example.com',
        password_hash: '$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
      },
      { email: 'h@example.com', password_hash: 'secret' },
      { email: 'd@example.com', creation_date: -5 },
      { email: 'd@example.com', creation_date: '1e99' },
      { email: '' },
      {},
      { identities: [{ provider_type: 'oauth2-google' }] },
      { identities: [{ provider_type: 'made-up', id: 'x' }] },
      { identities: [...google('x'), ...google('x')] },
      { identities: [{ provider_type: 'local-userpass', id: 'x' }], email: 'x@example.com' },
      { type: 'server', identities: [{ provider_type: 'api-key', id: 'x' }] },
      { identities: google('n'), password_hash: shaHash },
      { _id: elsewhere, identities: google('f') },
      { _id: 'b'.repeat(24), identities: google('taken') },
      { _id: 'c'.repeat(24), email: 'taken@example.com' },
      { email: 'good@example.com' },
      { email: 'good@example.com' },
      { email: 'n@example.com', identities: [{ ...google('nul')[0], provider_data: nul }] },
    ]

    const said = await importLines(server, lines)

    expect([said.imported, said.existing, said.refused]).toEqual([1, 0, 22])
    expect(said.refusals.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '1 not valid JSON',
      '2 is no object',
      '3 key "__proto__" is not allowed',
      "4 'email' must be of type string",
      "5 '_id' is not valid",
      "6 'password_hash' asks for too much work (cost 31, at most 14)",
      "7 'password_hash' is in no format that is known",
      "8 'creation_date' is not valid",
      "9 'creation_date' is not valid",
      "10 'email' is not valid",
      '11 has no e-mail address',
      '12 its oauth2-google identity has no id',
      "13 'identities.0.provider_type' is not valid",
      '14 the same identity stands there twice',
      '15 the id of its local-userpass identity is not 24 hex characters',
      '16 an API key cannot be moved without its hash',
      '17 has a password, but no local-userpass identity',
      "23 'identities.0.provider_data' is not valid",
      '18 its id is that of a user of another app',
      '19 an identity of it belongs to another user',
      '20 its e-mail address is taken',
      '22 its identity stands in a line before',
    ])
    expect(await server.deps.store.users.findById('b'.repeat(24))).toBeUndefined()
  })

  it('with a mistyped field is refused, for it would lose what it says; fields of elsewhere are passed over', async () => {
    await using server = await startTestServer()
    const id = 'a'.repeat(24)

    const said = await importLines(server, [
      { email: 'a@example.com', passwordHash: 'x' },
      { email: 'b@example.com', dissabled: true },
      { id, email: 'c@example.com', domain_id: 'd', name: 'C' },
    ])

    expect(said.refusals.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
      '1 \'passwordHash\' is no field of this: is "password_hash" meant?',
      '2 \'dissabled\' is no field of this: is "disabled" meant?',
    ])
    expect(said.imported).toBe(1)
    expect(await server.deps.store.users.findById(id)).toMatchObject({ id, type: 'normal' })
  })

  it('that never ends is refused, and the others are taken', async () => {
    await using server = await startTestServer()

    const said = await importLines(server, [`{"email":"${'x'.repeat(3_000_000)}`, listed, ''])

    expect([said.imported, said.refusals]).toEqual([1, [{ line: 1, reason: 'is too long' }]])
  })

  it('without a body has no lines', async () => {
    await using server = await startTestServer()
    const path = adminPaths.importUsers(server.projectId, server.app.id)

    const response = await server.request('POST', path, { bearer: server.operatorKey })

    expect([response.status, await response.json()]).toMatchObject([
      200,
      { imported: 0, refused: 0, refusals: [] },
    ])
  })
})
