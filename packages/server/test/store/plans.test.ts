import { randomBytes } from 'node:crypto'
import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import type { Collection, Database, Documents, FindOptions } from '../../src/documents/documents.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import type { ApiKey } from '../../src/domain/api-key.ts'
import type { KeptToken, PasswordAccount } from '../../src/domain/password.ts'
import type { Session } from '../../src/domain/session.ts'
import type { User } from '../../src/domain/user.ts'
import { toUserObject } from '../../src/domain/user-object.ts'
import { openStore, type Store, systemDatabase } from '../../src/store/store.ts'
import { newApp, newId } from '../deps/open-deps.ts'
import { isDocumentDb, needCluster } from '../documents/mongodb/cluster.ts'
import { openTempDocuments } from './temp-documents.ts'

type Query = { readonly name: string; readonly filter: Document; readonly options: FindOptions }

/** Methods of a collection that look for documents, and where their options stand. */
const searching: Partial<Record<keyof Collection, number>> = {
  findOne: 1,
  find: 1,
  updateOne: 2,
  updateMany: 2,
  replaceOne: 2,
  findOneAndUpdate: 2,
  findOneAndReplace: 2,
  findOneAndDelete: 1,
  deleteOne: 1,
  deleteMany: 1,
  countDocuments: 1,
}

/** Methods of which the queries cannot be explained one by one. */
const unexplained: readonly (keyof Collection)[] = ['bulkWrite', 'aggregate', 'distinct']

const recordCollection = (collection: Collection, queries: Query[]): Collection => {
  const recorded: Record<string, unknown> = { ...collection }
  for (const [method, at] of Object.entries(searching)) {
    const call = collection[method as 'find'] as (...given: unknown[]) => unknown
    recorded[method] = (...given: unknown[]) => {
      const { hint, sort } = (given[at] ?? {}) as FindOptions
      const options = { ...(hint && { hint }), ...(sort && { sort }) }
      queries.push({ name: collection.name, filter: given[0] as Document, options })
      return call(...given)
    }
  }
  for (const method of unexplained) {
    recorded[method] = () => {
      throw new Error(`${method} hides its queries from the test of plans`)
    }
  }
  return recorded as Collection
}

const recordQueries = (documents: Documents, queries: Query[]): Documents => ({
  ...documents,
  database: name => {
    const database = documents.database(name)
    return {
      ...database,
      collection: (collection, options) =>
        recordCollection(database.collection(collection, options), queries),
    }
  },
})

const recordCalls = (store: Store, called: Set<string>): Store =>
  Object.fromEntries(
    Object.entries(store).map(([part, methods]) => [
      part,
      Object.fromEntries(
        Object.entries(methods).map(([method, call]) => [
          method,
          (...given: unknown[]) => {
            called.add(`${part}.${method}`)
            return (call as (...given: unknown[]) => unknown)(...given)
          },
        ]),
      ),
    ]),
  ) as unknown as Store

const at = 1_700_000_000_000
const appId = newId()
const userId = newId()
const event = { id: newId(), type: 'LOGIN', providers: ['anon-user'], at } as const
const login = { at, events: [event] }
const identity = {
  id: 'x',
  providerType: 'local-userpass',
  providerId: newId(),
  data: {},
  linkedAt: at,
} as const
const user: User = {
  id: userId,
  appId,
  type: 'normal',
  identities: [{ ...identity, providerType: 'anon-user' }],
  disabled: false,
  deleting: false,
  createdAt: at,
  lastLoginAt: at,
  lastSeenAt: at,
}
const session: Session = {
  id: newId(),
  appId,
  userId,
  deviceId: newId(),
  providerType: 'anon-user',
  providerId: newId(),
  identityId: 'x',
  createdAt: at,
  lastUsedAt: at,
  expiresAt: at,
}
const token: KeptToken = { id: newId(), purpose: 'confirm', hash: 'h', expiresAt: at }
const account: PasswordAccount = {
  appId,
  key: 'ada@example.com',
  email: 'Ada@example.com',
  identityId: newId(),
  hash: 'hash',
  version: 1,
  state: 'pending',
  tokens: [token],
  createdAt: at,
}
const claim = {
  appId,
  providerType: 'local-userpass',
  id: account.identityId,
  userId,
  linked: false,
} as const
const apiKey: ApiKey = {
  id: newId(),
  appId,
  kind: 'user',
  userId,
  name: 'ci',
  prefix: 'rgkAbC12',
  hash: 'hash',
  disabled: false,
  deleting: false,
  unfinished: false,
  createdAt: at,
  lastUsedAt: undefined,
}
const unlinking = {
  providerType: 'local-userpass',
  id: 'x',
  at,
  keptSessionId: session.id,
} as const
const device = { id: newId(), appId, userId, details: {}, createdAt: at }
const change = { hash: 'hash', endSessions: true }
const proof = { appId, id: token.id, hash: 'h', purpose: 'confirm', now: at - 1 } as const
const letter = { to: 'a@b.c', subject: 's', text: 't', html: 'h', link: 'l' }

const keepApp = async ({ apps, files, drafts, leavingApps }: Store): Promise<void> => {
  const other = newApp({ id: newId(), clientAppId: 'shop-bbbbb' })
  await apps.insert(other)
  await apps.readById(other.id)
  await apps.readByClientAppId('shop-bbbbb')
  await apps.replace(other, undefined)
  await apps.remove(other.id)
  await files.read(appId, await files.keep(appId, [Buffer.from('a')]))
  await leavingApps.insert(other)
  await leavingApps.list()
  await leavingApps.findByClientAppId(other.clientAppId)
  await leavingApps.listUsers(other.id, 5)
  await leavingApps.removeRest(other.id)
  await leavingApps.remove(other.id)
  const draft = { id: newId(), appId, userId, base: 't', tree: 't', version: 0, createdAt: at }
  await drafts.insert({ ...draft, itemIds: [] })
  await drafts.find(appId, draft.id)
  await drafts.findByUser(appId, userId)
  await drafts.change({ ...draft, itemIds: [], version: 1 })
  await drafts.rebase(appId, draft.id, 'u')
  await drafts.remove(appId, { id: draft.id, version: 1 })
}

const useEverything = async (store: Store): Promise<void> => {
  const { apps, deployments, users, identities, passwords, sessions, devices } = store
  await apps.findById(appId)
  await apps.findByClientAppId('shop-abcde')
  await apps.put(newApp({ id: appId }))
  await apps.list()
  await apps.forgetChanged()
  const deployment = { id: newId(), appId, number: 1, digest: 'd', origin: 'push', deployedAt: at }
  await deployments.insert(deployment as Parameters<typeof deployments.insert>[0])
  await deployments.findLast(appId)
  await deployments.listByDigest(appId, 'push', 'd')
  await deployments.list(appId, { limit: 5, before: 3 })
  await deployments.find(appId, deployment.id)
  await deployments.findByNumber(appId, 1)
  await keepApp(store)

  await users.insert(user, [event])
  await users.findById(userId)
  await users.listExisting([userId, newId()])
  await users.listActive([userId, newId()])
  await users.listByApp(appId, { after: undefined, limit: 5 })
  await users.listByApp(appId, { after: newId(), limit: 5 })
  await users.count(appId)
  for (const isDescending of [false, true]) {
    const steps = { isDescending, limit: 2 }
    const at = { value: 0, id: newId() }
    await users.walk(appId, { by: 'id' }, { ...steps, after: { id: newId() } })
    await users.walk(appId, { by: 'id', only: 'disabled' }, steps)
    await users.walk(appId, { by: 'id', only: ['anon-user', 'api-key'] }, steps)
    await users.walk(appId, { by: 'created', from: 0, until: 5 }, { ...steps, after: at })
    await users.walk(appId, { by: 'last-login' }, { ...steps, after: at })
    await users.walk(appId, { by: 'deletes', until: 5 }, steps)
    const after = { value: 'ada@example.com', id: newId() }
    await users.walk(appId, { by: 'email', prefix: 'ad' }, { ...steps, after })
  }
  await users.recordLogin(userId, login)
  await users.recordLogin(userId, { ...login, restores: true })
  await users.recordSeen(userId, at)
  await users.setDisabled(userId, true)
  await users.listUnusedAnonymous(appId, at + 1, 5)
  await users.addIdentity(userId, identity, { exclusive: true })
  await users.addIdentity(userId, identity, { exclusive: false })
  const { providerType, id } = identity
  const noted = { ...login, identity: { providerType, id } }
  await users.recordLogin(userId, noted, { ...identity, data: { name: 'Ada' } })
  await users.setIdentityData(userId, { ...identity, data: { email: 'ada@example.com' } })
  await users.removeIdentity(userId, identity)
  await users.markUnlinking(userId, unlinking)
  await users.listUnlinking(at, 5)
  await users.finishUnlinking(userId, unlinking)
  await users.markLeaving(userId, at)
  await users.restore(userId)
  await users.markLeft(userId, at, [event])
  await users.markUnused(userId, at, [event])
  await users.markDeleting(userId, [event])
  await users.listWithEvents(5)
  await users.findWithEvents(userId)
  await users.dropEvents(userId, [event.id])
  await users.dropEvents(userId, [event.id, newId()])
  users.onEvents(() => {})
  await users.listDeleting(5)
  await users.remove(userId)

  await identities.insert(claim)
  await identities.find(claim)
  await identities.listByUser(userId)
  await identities.listBetween('0'.repeat(24), 'f'.repeat(24), 5)
  await identities.reassign(claim, newId())
  await identities.keep(claim)
  await identities.takeBack(claim)
  await identities.remove(claim)

  await passwords.insert(account)
  await passwords.find(appId, account.key)
  await passwords.addToken(account, token)
  await passwords.findByToken(proof)
  await passwords.consumeToConfirm(proof)
  await passwords.consumeToReset(proof, change)
  await passwords.changePassword(account, change)
  await passwords.dropToken(account, token.id)
  await passwords.confirm(account)
  await passwords.removePending(account)
  await passwords.listToEndSessions(5)
  await passwords.sessionsEnded(account)
  await passwords.replaceHash(account, 'hash')
  await passwords.listUnused(appId, { limit: 5 })
  await passwords.listUnused(appId, { after: newId(), limit: 5 })
  await passwords.findByIdentity(account.identityId)
  await passwords.markUsed(account.identityId)
  await passwords.removeUnused(account.identityId)
  await passwords.startMove(account, { key: 'b@c.d', email: 'b@c.d', id: newId() })
  await passwords.listMoves(5)
  await passwords.finishMove(account.identityId)
  await passwords.setEmail(account.identityId, 'B@c.d')
  await passwords.removeByIdentity(account.identityId)

  await sessions.insert(session)
  await sessions.findById(session.id)
  await sessions.listByUser(userId)
  await sessions.listNewest(userId, 5)
  await sessions.recordUse(session.id, at)
  await sessions.setExpiry(session.id, at)
  await sessions.listAlive([newId(), newId()], at)
  sessions.onEnded(() => {})()
  await sessions.removeExpired(at)
  await sessions.remove(session.id)
  await sessions.removeByIdentity(userId, identity)
  await sessions.removeByUser(userId)
  await sessions.removeByUser(userId, { except: session.id, until: at })

  await devices.put(device)
  await devices.findById(device.id)
  await devices.listByIds([device.id, newId()])
  await devices.listByUser(userId, 5)
  await devices.removeByUser(userId)
  await useApiKeys(store)
  await useOAuthParts(store)
  await useSmallParts(store)
  await useSecrets(store)
  await useOutbox(store)
  await useMoving(store)
  await useOperators(store)
}

const useOperators = async ({ admins, adminKeys, adminSessions }: Store): Promise<void> => {
  const facts = { id: newId(), role: 'full', hash: 'h', createdAt: at } as const
  const admin = { ...facts, email: 'Ada@x.y', key: 'ada@x.y', version: 1, lastLoginAt: undefined }
  await admins.insert(admin)
  await admins.findById(admin.id)
  await admins.findByEmail(admin.key)
  await admins.list()
  await admins.replaceHash(admin, 'h2')
  await admins.changePassword(admin.id, 'h3')
  await admins.recordLogin(admin.id, at)
  await admins.remove(admin.id)
  const key = { ...facts, name: 'ci', publicKey: 'abcdefgh', lastLoginAt: undefined }
  await adminKeys.insert(key)
  await adminKeys.findById(key.id)
  await adminKeys.findByPublicKey(key.publicKey)
  await adminKeys.list()
  await adminKeys.recordLogin(key.id, at)
  await adminKeys.remove(key.id)
  const operatorId = admin.id
  const begun = { id: newId(), kind: 'admin', operatorId, version: 1, address: '1.2.3.4' } as const
  await adminSessions.insert({ ...begun, createdAt: at, expiresAt: at })
  await adminSessions.findById(begun.id)
  await adminSessions.isFrom(operatorId, '1.2.3.4')
  await adminSessions.remove(begun.id)
  await adminSessions.removeByOperator(operatorId)
}

const useMoving = async ({ moving, imported }: Store): Promise<void> => {
  await moving.insertClaims([claim])
  await moving.insertUsers([user])
  await moving.insertAccounts([{ ...account, isUnused: true }])
  await moving.lookForUsers([userId])
  await moving.lookForClaims([claim])
  await moving.lookForAccounts([account])
  await moving.usersAfter(appId, { after: undefined, limit: 5, withKeys: true })
  await moving.usersAfter(appId, { after: newId(), limit: 5, withKeys: false })
  await moving.hasKeys(appId)
  await moving.unclaimedAfter(appId, undefined, 5)
  await moving.unclaimedAfter(appId, account.identityId, 5)
  await imported.noteHashes(appId, [{ kind: 'bcrypt', work: 4, decoy: '$2b$' }])
  await imported.noteDoubles(appId)
  await imported.factsOf(appId)
}

const useApiKeys = async ({ apiKeys }: Store): Promise<void> => {
  await apiKeys.insert(apiKey, 2)
  await apiKeys.findById(apiKey.id)
  await apiKeys.findByHash(apiKey.hash)
  await apiKeys.listByOwner(userId)
  await apiKeys.listByPrefix(appId, apiKey.prefix)
  await apiKeys.disable(apiKey.id)
  await apiKeys.listUnfinished(5)
  await apiKeys.sessionsEnded(apiKey.id)
  await apiKeys.enable(apiKey.id)
  await apiKeys.recordUse(apiKey.id, at)
  await apiKeys.markDeleting(apiKey.id)
  await apiKeys.remove(apiKey.id)
  await apiKeys.removeByUser(userId)
}

const useOutbox = async ({ outbox }: Store): Promise<void> => {
  const id = `${event.id}:welcome`
  const delivery = { id, appId, trigger: 'welcome', event, user: toUserObject(user), attempts: 0 }
  await outbox.insert({ ...delivery, dueAt: at })
  await outbox.listDue(at, 5)
  await outbox.delay(id, { attempts: 1, dueAt: at })
  await outbox.fail(id, { attempts: 1, failedAt: at, error: 'e' })
  await outbox.listFailed(appId, 5)
  await outbox.remove(id)
}

const useSecrets = async ({ secrets }: Store): Promise<void> => {
  const secret = { appId, name: 'idpKey', sealed: new Uint8Array(4), changedAt: at }
  await secrets.add(secret)
  await secrets.put(secret)
  await secrets.find(appId, 'idpKey')
  await secrets.listByApp(appId)
  await secrets.remove(appId, 'idpKey')
}

const useOAuthParts = async ({ oauthStates, providerTokens }: Store): Promise<void> => {
  await oauthStates.insert({
    id: 's',
    browser: 'b',
    appId,
    providerType: 'oauth2-google',
    clientState: 'c',
    redirect: 'https://shop.example/',
    callbackUrl: 'https://auth.example/',
    link: { userId, sessionId: newId() },
    expiresAt: at,
  })
  await oauthStates.consume({ id: 's', browser: 'b', now: at - 1 })
  const token = { id: newId(), appId, userId, identityId: 'x', clientId: 'c' }
  const sealed = new Uint8Array(4)
  await providerTokens.put({ ...token, providerType: 'oauth2-apple', sealed })
  const identity = { providerType: 'oauth2-apple', id: 'x' } as const
  await providerTokens.markUnwanted({ userId, identity }, at)
  await providerTokens.markUnwanted({ userId }, at)
  await providerTokens.listDue(at, 5)
  await providerTokens.postpone(token.id, at)
  await providerTokens.remove(token.id)
}

const useSmallParts = async (store: Store): Promise<void> => {
  const { signingKeys, keyring, sealed, sessions, limits, mailbox, leases, deployConfigs } = store
  const facts = { appId, use: 'access', number: 1 } as const
  const key = { ...facts, sealed: new Uint8Array(4), createdAt: at, signsFrom: at }
  await signingKeys.insert(key)
  await signingKeys.listByApp(appId)
  await sessions.hasOlder(appId, at)
  await keyring.find()
  await keyring.findOldSeal()
  const content = { boxes: [], resealed: { number: 1, at } }
  await keyring.insert(content)
  await keyring.replace(1, content)
  const place = { collection: 'signingKeys', field: 'sealed' }
  for (const row of await sealed.list(place, undefined, 5)) {
    await sealed.replace(place, row, new Uint8Array(5))
    await sealed.list(place, row.document._id, 5)
  }
  await signingKeys.remove(key)
  await limits.increment('k', at, 1000)
  await limits.find(['k'], at)
  await limits.remove('k')
  await mailbox.insert({ ...letter, id: newId(), appId, sentAt: at })
  await mailbox.listByApp(appId, 5)
  await deployConfigs.put({ appId, uiDraftsDisabled: true, changedAt: at })
  await deployConfigs.find(appId)
  await leases.acquire({ name: 'sweep', owner: 'a', now: at, forMs: 1000 })
  await leases.release('sweep', 'a', '')
}

/** Every query of every method, as the engine was asked. */
const askEverything = async (documents: Documents): Promise<readonly Query[]> => {
  const queries: Query[] = []
  const called = new Set<string>()
  const store = await openStore(recordQueries(documents, queries))

  await useEverything(recordCalls(store, called))

  const methods = Object.entries(store).flatMap(([part, methods]) =>
    Object.keys(methods).map(method => `${part}.${method}`),
  )
  expect(methods.filter(method => !called.has(method))).toEqual([])
  expect(queries.length).toBeGreaterThan(50)
  return queries
}

const checkPlans = async (database: Database, queries: readonly Query[]): Promise<void> => {
  for (const { name, filter, options } of queries) {
    const plan = await database.collection(name).explain(filter, options)
    const asked = `${name} ${JSON.stringify(filter)} ${JSON.stringify(options)}`
    expect(plan.stage, asked).not.toBe('COLLSCAN')
    if (options.sort) expect(plan.sortedByIndex, asked).toBe(true)
  }
}

describe('every query of the store', () => {
  it('goes through an index, none looks at everything', async () => {
    await using temp = await openTempDocuments()

    const queries = await askEverything(temp.documents)

    await systemDatabase(temp.documents).collection('project').insertOne({ _id: 'project' })
    await checkPlans(systemDatabase(temp.documents), queries)
  })

  it('goes through an index in MongoDB as well', async context => {
    const address = needCluster(context)
    const database = `regent_t${randomBytes(6).toString('hex')}`
    const documents = await openMongoDb({ address, systemDatabase: database })
    try {
      const queries = await askEverything(documents)
      if (await isDocumentDb()) context.skip('this server differs: there is no explain')
      await checkPlans(systemDatabase(documents), queries)
    } finally {
      await documents.database(database).drop()
      await documents.close()
    }
  }, 60_000)
})
