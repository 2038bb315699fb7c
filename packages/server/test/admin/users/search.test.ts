import { adminPaths, type ProviderType } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import type { User } from '../../../src/domain/user.ts'
import { refused } from '../../client/clients.ts'
import { type Asked, operatorOf } from './operator.ts'

const dayMs = 24 * 60 * 60 * 1000
const start = Date.UTC(2026, 0, 1)

type Person = {
  readonly emails?: readonly string[]
  readonly types?: readonly ProviderType[]
  /** Days after the first of January. */
  readonly created?: number
  readonly seen?: number
}

const toUser = (
  { deps, app }: TestServer,
  { emails = [], types = ['custom-token'], created = 0, seen = created }: Person,
): User => ({
  id: deps.newId(),
  appId: app.id,
  type: 'normal',
  identities: types.map((providerType, index) => ({
    id: deps.newId(),
    providerType,
    providerId: deps.newId(),
    data: emails[index] === undefined ? {} : { email: emails[index] },
    linkedAt: start,
  })),
  disabled: false,
  deleting: false,
  createdAt: start + created * dayMs,
  lastLoginAt: start + seen * dayMs,
  lastSeenAt: start + seen * dayMs,
})

/** Users as they are moved in from elsewhere. Answers their ids. */
const add = async (server: TestServer, people: readonly Person[]): Promise<string[]> => {
  const users = people.map(person => toUser(server, person))
  for (const user of users) expect(await server.deps.store.users.insert(user, [])).toBe(true)
  return users.map(({ id }) => id)
}

/** Ids of all pages, and how many pages there were. */
const walk = async (
  { search }: Asked,
  query: string,
): Promise<{ ids: string[]; pages: number }> => {
  const ids: string[] = []
  let cursor = ''
  for (let pages = 1; ; pages += 1) {
    const { users, next } = await search(`?${query}${cursor}`)
    ids.push(...users.map(({ _id }) => _id))
    if (next === null) return { ids, pages }
    cursor = `&cursor=${next}`
  }
}

const found = async (asked: Asked, query: string): Promise<string[]> =>
  (await walk(asked, query)).ids

const email = 'local-userpass'

describe('GET …/users/search', () => {
  it('finds users by the beginning of an e-mail address, in the order of addresses', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const [zoe, ada, adam, eve] = await add(server, [
      { types: [email], emails: ['zoe@example.com'] },
      { types: [email], emails: ['Ada@Example.com'] },
      { types: ['oauth2-google'], emails: ['adam@example.com'] },
      { types: [email, 'oauth2-google'], emails: ['eve@example.com', 'adele@example.com'] },
      {},
    ])

    expect(await found(asked, 'email_prefix=ad')).toEqual([ada, adam, eve])
    expect(await found(asked, 'email_prefix=AD&desc=true')).toEqual([eve, adam, ada])
    expect(await found(asked, 'email_prefix=ada%40example.')).toEqual([ada])
    expect(await found(asked, 'email_prefix=ada%40exampleX')).toEqual([])
    expect(await found(asked, 'email_prefix=%00')).toEqual([])
    expect(await found(asked, 'sort=email')).toEqual([ada, adam, eve, zoe])
    expect(await walk(asked, 'email_prefix=a&limit=1')).toMatchObject({ ids: [ada, adam, eve] })
  })

  it('shows a user once who has two addresses that begin so', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const [ada, bob] = await add(server, [
      { types: [email, 'oauth2-google'], emails: ['ada@example.com', 'adele@example.com'] },
      { types: [email], emails: ['adam@example.com'] },
    ])

    expect(await found(asked, 'email_prefix=ad')).toEqual([ada, bob])
    expect((await walk(asked, 'email_prefix=ad&limit=1')).ids).toEqual([ada, bob])
    expect(await found(asked, 'email_prefix=adele')).toEqual([ada])
  })

  it('finds users by auth provider, state and both', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const [other, ada, both] = await add(server, [
      {},
      { types: [email], emails: ['ada@example.com'] },
      { types: [email, 'oauth2-google'], emails: ['bob@example.com'] },
    ])
    await server.deps.store.users.setDisabled(both ?? '', true)

    expect(await found(asked, 'provider_types=oauth2-google')).toEqual([both])
    expect(await found(asked, 'provider_types=local-userpass')).toEqual([ada, both])
    const either = 'provider_types=oauth2-google,custom-token,local-userpass'
    expect(await found(asked, either)).toEqual([other, ada, both])
    expect((await walk(asked, `${either}&limit=1`)).ids).toEqual([other, ada, both])
    expect(await found(asked, `${either}&desc=1`)).toEqual([both, ada, other])
    expect(await found(asked, 'status=disabled')).toEqual([both])
    expect(await found(asked, 'status=enabled')).toEqual([other, ada])
    expect(await found(asked, 'status=disabled&provider_types=custom-token')).toEqual([])
    expect(await found(asked, 'status=disabled&email_prefix=b')).toEqual([both])
    expect(await found(asked, 'status=enabled&email_prefix=b')).toEqual([])
  })

  it('finds users by the dates of their making and of their last log-in', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const [third, first, second] = await add(server, [
      { created: 3, seen: 9 },
      { created: 1, seen: 8 },
      { created: 2, seen: 7 },
    ])

    expect(await found(asked, 'sort=created')).toEqual([first, second, third])
    expect(await found(asked, 'sort=last_login&desc=true')).toEqual([third, first, second])
    expect(await found(asked, 'created_from=2026-01-03')).toEqual([second, third])
    expect(await found(asked, 'created_until=2026-01-03')).toEqual([first])
    expect(await found(asked, `created_from=${start / 1000}&created_until=2026-01-04`)).toEqual([
      first,
      second,
    ])
    expect(
      await found(asked, 'last_login_from=2026-01-08T12:00Z&last_login_until=2026-01-10'),
    ).toEqual([first])
    const together = 'created_from=2026-01-03&last_login_from=2026-01-09&sort=_id'
    expect(await found(asked, together)).toEqual([third])
  })

  it('goes on where a page ended, also among users of one moment', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const ids = await add(
      server,
      Array.from({ length: 7 }, () => ({ created: 1 })),
    )
    await add(server, [{ created: 2 }])

    const forward = await walk(asked, 'sort=created&created_until=2026-01-03&limit=2')
    const backward = await walk(asked, 'sort=created&created_until=2026-01-03&limit=3&desc=true')

    expect(forward.ids).toEqual(ids)
    expect(backward.ids).toEqual(ids.toReversed())
    expect((await asked.search('?sort=created&limit=2')).users).toHaveLength(2)
  })

  it('answers after a bounded look, with a cursor, when few of many are wanted', async () => {
    await using server = await startTestServer()
    const asked = operatorOf(server)
    const many = Array.from({ length: 5_100 }, () => toUser(server, {}))
    for (let done = 0; done < many.length; done += 100) {
      const some = many.slice(done, done + 100)
      await Promise.all(some.map(user => server.deps.store.users.insert(user, [])))
    }
    const [ada] = await add(server, [{ types: [email], emails: ['ada@example.com'] }])

    const byAge = 'created_from=2026-01-01&provider_types=local-userpass'
    const first = await asked.search(`?${byAge}`)

    expect(first.users).toEqual([])
    expect(first.next).toEqual(expect.any(String))
    expect(await walk(asked, byAge)).toEqual({ ids: [ada], pages: 2 })
  }, 60_000)

  it('leaves out users of other apps and those being deleted', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const asked = operatorOf(server)
    const other = toUser(server, { types: [email], emails: ['ada@example.com'] })
    await server.deps.store.users.insert({ ...other, appId: server.apps[1]?.id ?? '' }, [])
    const [gone] = await add(server, [{ types: [email], emails: ['adam@example.com'] }])
    await server.deps.store.users.markDeleting(gone ?? '', [])

    for (const query of ['sort=email', 'email_prefix=a', 'provider_types=local-userpass', ''])
      expect(await found(asked, query)).toEqual([])
  })

  it('refuses parameters that cannot be', async () => {
    await using server = await startTestServer()
    const { ask, search, ids } = operatorOf(server)
    await add(server, [{}, {}])
    const { next } = await search('?limit=1')

    for (const query of [
      'sort=name',
      'status=pending',
      'provider_types=google',
      'created_from=yesterday',
      'limit=0',
      'cursor=x',
      `cursor=${next}&sort=email`,
      `cursor=${Buffer.from('["a","b"]').toString('base64url')}&sort=email`,
      'email_prefix=a&sort=created',
      'email_prefix=',
      'status=enabled&status=disabled',
    ])
      expect(
        await refused(await ask('GET', `${adminPaths.searchUsers(...ids)}?${query}`)),
        query,
      ).toMatchObject({ status: 400, error_code: 'InvalidParameter' })
  })
})

describe('GET …/users', () => {
  it('takes what the original took: status, provider_types, desc', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const [other, ada, both] = await add(server, [
      {},
      { types: [email] },
      { types: [email, 'oauth2-google'] },
    ])
    await server.deps.store.users.setDisabled(ada ?? '', true)
    const list = async (query: string): Promise<string[]> => {
      const [status, users] = await tell('GET', `${adminPaths.users(...ids)}?${query}`)
      expect(status).toBe(200)
      return (users as { _id: string }[]).map(({ _id }) => _id)
    }

    expect(await list('sort=_id&desc=true')).toEqual([both, ada, other])
    expect(await list('status=enabled')).toEqual([other, both])
    expect(await list('status=disabled&provider_types=local-userpass,api-key')).toEqual([ada])
    expect(await list(`desc=true&after=${both}&limit=1`)).toEqual([ada])
    expect(await tell('GET', adminPaths.countUsers(...ids))).toEqual([200, 3])
  })

  it('finds the user of an address that an auth provider told', async () => {
    await using server = await startTestServer()
    const { tell, ids } = operatorOf(server)
    const [ada] = await add(server, [{ types: ['oauth2-google'], emails: ['Ada@example.com'] }])
    await add(server, [{ types: ['oauth2-google'], emails: ['ada@example.com.au'] }])

    const path = adminPaths.users(...ids)
    const [, exact] = await tell('GET', `${path}?email=ADA%40example.com`)
    const [, none] = await tell('GET', `${path}?email=ada%40example`)

    expect(exact).toMatchObject([{ _id: ada }])
    expect(none).toEqual([])
  })
})
