import { ObjectId } from 'bson'
import type { ApiKey } from '../../domain/api-key.ts'
import type { KeptToken, PasswordAccount } from '../../domain/password.ts'
import type { Session } from '../../domain/session.ts'
import type { User } from '../../domain/user.ts'
import { openStore, type Store } from '../../store/store.ts'
import type { Cases, Place } from './case.ts'
import { expect } from './expect.ts'

const at = 1_700_000_000_000
const newId = (): string => new ObjectId().toHexString()

const open = ({ documents, database }: Place): Promise<Store> =>
  openStore({ ...documents, systemDatabase: database.name })

/** As many callers at once as a busy server has for one document. */
const together = <Value>(work: (caller: number) => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: 12 }, (_, caller) => work(caller)))

const winners = (answers: readonly unknown[]): number =>
  answers.filter(answer => answer !== undefined && answer !== false).length

const newUser = (appId: string): User => ({
  id: newId(),
  appId,
  type: 'normal',
  identities: [{ id: 'x', providerType: 'anon-user', providerId: newId(), data: {}, linkedAt: at }],
  disabled: false,
  deleting: false,
  createdAt: at,
  lastLoginAt: at,
  lastSeenAt: at,
})

const newSession = (userId: string, change: Partial<Session> = {}): Session => ({
  id: newId(),
  appId: newId(),
  userId,
  deviceId: newId(),
  providerType: 'anon-user',
  providerId: newId(),
  identityId: 'x',
  createdAt: at,
  lastUsedAt: at,
  expiresAt: at + 1000,
  ...change,
})

const token: KeptToken = { id: newId(), purpose: 'confirm', hash: 'h', expiresAt: at + 1000 }

const newAccount = (): PasswordAccount => ({
  appId: newId(),
  key: 'ada@example.com',
  email: 'Ada@example.com',
  identityId: newId(),
  hash: 'hash',
  version: 1,
  state: 'pending',
  tokens: [token],
  createdAt: at,
})

const newKey = (appId: string, userId: string, name: string): ApiKey => ({
  id: newId(),
  appId,
  kind: 'user',
  userId,
  name,
  prefix: 'rgkAbC12',
  hash: newId(),
  disabled: false,
  deleting: false,
  unfinished: false,
  createdAt: at,
  lastUsedAt: undefined,
})

const signUpCases: Cases = {
  'makes all indexes when several servers start at once': async place => {
    await Promise.all([open(place), open(place), open(place), open(place)])

    const names = (await place.database.collection('users').listIndexes()).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names.length > 3).toBe(true)
  },

  'lets one of many claim an identity': async place => {
    const { identities } = await open(place)
    const claim = {
      appId: newId(),
      providerType: 'local-userpass',
      id: 'a',
      linked: false,
    } as const

    const claims = await together(() => identities.insert({ ...claim, userId: newId() }))

    expect(winners(claims)).toBe(1)
  },

  'lets one of many have an e-mail address': async place => {
    const { passwords } = await open(place)
    const account = newAccount()

    const answers = await together(() => passwords.insert({ ...account, identityId: newId() }))

    expect(winners(answers)).toBe(1)
  },

  'lets a one-time token be used once': async place => {
    const { passwords } = await open(place)
    const account = newAccount()
    await passwords.insert(account)
    const proof = { appId: account.appId, id: token.id, hash: 'h', purpose: 'confirm' } as const

    const answers = await together(() => passwords.consumeToConfirm({ ...proof, now: at }))

    expect(winners(answers)).toBe(1)
    expect((await passwords.find(account.appId, account.key))?.state).toBe('confirmed')
  },

  'takes a state of a redirect log-in out once, and only for its browser': async place => {
    const { oauthStates } = await open(place)
    await oauthStates.insert({
      id: 's',
      browser: 'b',
      appId: newId(),
      providerType: 'oauth2-google',
      clientState: 'c',
      redirect: 'https://shop.example/',
      callbackUrl: 'https://auth.example/',
      expiresAt: at + 1000,
    })

    expect(await oauthStates.consume({ id: 's', browser: 'other', now: at })).toBeUndefined()
    const answers = await together(() => oauthStates.consume({ id: 's', browser: 'b', now: at }))
    expect(winners(answers)).toBe(1)
  },
}

const sharingCases: Cases = {
  'gives a lease to one server at a time, with word of how far the last one came': async place => {
    const { leases } = await open(place)
    const ask = (owner: string, now: number): Promise<string | undefined> =>
      leases.acquire({ name: 'sweep', owner, now, forMs: 1000 })

    const answers = await together(caller => ask(`server${caller}`, at))

    expect(answers.filter(answer => answer !== undefined)).toEqual([''])
    const owner = `server${answers.findIndex(answer => answer !== undefined)}`
    await leases.release('sweep', owner, 'half')
    expect(await ask('next', at + 1)).toBe('half')
    expect(await ask('late', at + 2)).toBeUndefined()
    expect(await ask('later', at + 2000)).toBe('half')
  },

  'loses no failure that is counted, whoever counts at once': async place => {
    const { limits } = await open(place)

    await together(() => limits.increment('ada', at, 60_000))

    expect((await limits.find(['ada'], at)).get('ada')?.count).toBe(12)
    await limits.increment('ada', at + 120_000, 60_000)
    expect((await limits.find(['ada'], at + 120_000)).get('ada')?.count).toBe(1)
  },

  'holds the number of API keys and their names, whoever makes them at once': async place => {
    const { apiKeys } = await open(place)
    const [appId, userId, other] = [newId(), newId(), newId()]

    const many = await together(caller => apiKeys.insert(newKey(appId, userId, `k${caller}`), 5))
    const same = await together(() => apiKeys.insert(newKey(appId, other, 'ci'), 5))

    expect(many.filter(answer => answer === 'inserted').length).toBe(5)
    expect(same.filter(answer => answer === 'inserted').length).toBe(1)
    expect((await apiKeys.listByOwner(userId)).length).toBe(5)
  },

  'lets one of many make a signing key of a number': async place => {
    const { signingKeys } = await open(place)
    const appId = newId()
    const key = {
      appId,
      use: 'access',
      number: 1,
      sealed: new Uint8Array(4),
      createdAt: at,
      signsFrom: at,
    } as const

    expect(winners(await together(() => signingKeys.insert(key)))).toBe(1)
    expect((await signingKeys.listByApp(appId)).length).toBe(1)
  },
}

const peopleCases: Cases = {
  'answers users by age, page after page, of one app only': async place => {
    const { users } = await open(place)
    const [appId, otherApp] = [newId(), newId()]
    const mine = Array.from({ length: 5 }, () => newUser(appId))
    for (const user of [...mine, newUser(otherApp)]) await users.insert(user, [])

    const first = await users.listByApp(appId, { after: undefined, limit: 3 })
    const second = await users.listByApp(appId, { after: first.at(-1)?.id, limit: 3 })

    const ids = [...first, ...second].map(({ id }) => id)
    expect(ids).toEqual(mine.map(({ id }) => id).toSorted())
  },

  'marks a user as being deleted once, and lets nobody log in after that': async place => {
    const { users } = await open(place)
    const user = newUser(newId())
    await users.insert(user, [])

    const marked = await together(() => users.markDeleting(user.id, []))

    expect(winners(marked)).toBe(1)
    expect(await users.recordLogin(user.id, { at, events: [] })).toBe(false)
    expect(await users.listDeleting(5)).toEqual([user.id])
  },

  'notes a log-in only of a user who has the identity': async place => {
    const { users } = await open(place)
    const user = newUser(newId())
    await users.insert(user, [])
    const [identity] = user.identities
    const { providerType, id } = identity as (typeof user.identities)[number]
    const noteWith = (one: { providerType: typeof providerType; id: string }): Promise<boolean> =>
      users.recordLogin(user.id, { at: at + 1, events: [], identity: one })

    expect(await noteWith({ providerType, id: `${id}-of-another` })).toBe(false)
    expect((await users.findById(user.id))?.lastLoginAt).toBe(user.lastLoginAt)
    expect(await noteWith({ providerType, id })).toBe(true)
    expect((await users.findById(user.id))?.lastLoginAt).toBe(at + 1)
  },

  'delivers events of a user until they are dropped': async place => {
    const { users } = await open(place)
    const user = newUser(newId())
    const event = { id: newId(), type: 'CREATE', providers: ['anon-user'], at } as const
    await users.insert(user, [event])

    expect((await users.listWithEvents(5)).length).toBe(1)
    expect(await users.remove(user.id)).toBe(false)
    await users.dropEvents(user.id, [event.id])
    expect((await users.listWithEvents(5)).length).toBe(0)
    expect(await users.remove(user.id)).toBe(true)
  },

  'ends sessions one by one, by user, and when their time has come': async place => {
    const { sessions } = await open(place)
    const [ada, bob] = [newId(), newId()]
    const [kept, old] = [newSession(ada), newSession(ada, { expiresAt: at - 1 })]
    const all = [kept, old, newSession(ada), newSession(bob)]
    for (const session of all) await sessions.insert(session)

    await sessions.removeExpired(at)
    expect((await sessions.listByUser(ada)).length).toBe(2)
    await sessions.removeByUser(ada, { except: kept.id, until: at })
    expect((await sessions.listByUser(ada)).map(({ id }) => id)).toEqual([kept.id])
    expect(await sessions.remove(kept.id)).toBe(true)
    expect(await sessions.remove(kept.id)).toBe(false)
    expect((await sessions.listByUser(bob)).length).toBe(1)
  },

  'keeps secrets by app and name': async place => {
    const { secrets } = await open(place)
    const [appId, otherApp] = [newId(), newId()]
    const secret = { appId, name: 'key', sealed: new Uint8Array([1, 2, 3]), changedAt: at }

    await secrets.put({ ...secret, sealed: new Uint8Array([9]) })
    await secrets.put(secret)

    expect(await secrets.find(otherApp, 'key')).toBeUndefined()
    expect([...((await secrets.find(appId, 'key'))?.sealed ?? [])]).toEqual([1, 2, 3])
    expect((await secrets.listByApp(appId)).map(({ name }) => name)).toEqual(['key'])
    expect(await secrets.remove(appId, 'key')).toBe(true)
  },
}

/** What the server counts on when it keeps users, sessions and all else; each holds under several callers at once. */
export const storeCases: Cases = { ...signUpCases, ...sharingCases, ...peopleCases }
