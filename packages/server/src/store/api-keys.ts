import type { Document } from 'bson'
import type { Collection, Database } from '../documents/documents.ts'
import { isDuplicateKey } from '../documents/error.ts'
import type { ApiKey } from '../domain/api-key.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** Who a key is made for: a user, or the app and a user that is made for the key. */
export type KeyOwner = Pick<ApiKey, 'kind' | 'appId' | 'userId'>

/** What became of a new key. */
export type KeyInsertion = 'inserted' | 'name-taken' | 'full'

export type ApiKeyStore = {
  /**
   * Adds the key, unless the name is taken or there are `most` of its owner already. Both hold whatever number
   * of callers come at once.
   */
  insert(key: ApiKey, most: number): Promise<KeyInsertion>
  findById(id: string): Promise<ApiKey | undefined>
  findByHash(hash: string): Promise<ApiKey | undefined>
  /** Keys of the user of that id, or server keys of the app of that id; oldest first. */
  listByOwner(ownerId: string): Promise<ApiKey[]>
  /** The app's keys of all users that begin so. */
  listByPrefix(appId: string, prefix: string): Promise<ApiKey[]>
  /** Keys of which a disable or a delete was cut off. */
  listUnfinished(limit: number): Promise<ApiKey[]>
  /** Resolves `false` when the key is gone or being deleted. */
  enable(id: string): Promise<boolean>
  /** Also notes that the key's sessions must end. Resolves `false` when the key is gone or being deleted. */
  disable(id: string): Promise<boolean>
  /** Notes that the sessions of a disabled key were ended. */
  sessionsEnded(id: string): Promise<void>
  /** Marks the key as being deleted. Resolves `false` when there is no such key. */
  markDeleting(id: string): Promise<boolean>
  recordUse(id: string, at: number): Promise<void>
  remove(id: string): Promise<void>
  removeByUser(userId: string): Promise<void>
}

/** Other creations, and deletes, that may come in between one. */
const mostTurns = 200

/** What the key counts among. */
const ownerId = ({ kind, appId, userId }: KeyOwner): string => (kind === 'server' ? appId : userId)

export const toKey = (document: Document): ApiKey => ({
  id: fromObjectId(document._id),
  appId: fromObjectId(document.appId),
  kind: document.kind,
  userId: fromObjectId(document.userId),
  name: document.name,
  prefix: document.prefix,
  hash: document.hash,
  disabled: document.disabled,
  deleting: document.deleting === true,
  unfinished: document.unfinished === true,
  createdAt: fromDate(document.createdAt),
  lastUsedAt: document.lastUsedAt && fromDate(document.lastUsedAt),
})

const fromKey = (key: ApiKey, slot: number): Document => ({
  _id: toObjectId(key.id),
  appId: toObjectId(key.appId),
  kind: key.kind,
  ownerId: toObjectId(ownerId(key)),
  slot,
  userId: toObjectId(key.userId),
  name: key.name,
  prefix: key.prefix,
  hash: key.hash,
  disabled: key.disabled,
  createdAt: toDate(key.createdAt),
})

const listOf = async (keys: Collection, owner: string): Promise<Document[]> =>
  keys.find({ ownerId: toObjectId(owner) }, { hint: 'ownerId_1_slot_1' })

const freeSlots = (there: readonly Document[], most: number): number[] => {
  const taken = new Set(there.map(({ slot }) => slot))
  return Array.from({ length: most }, (_, slot) => slot).filter(slot => !taken.has(slot))
}

/**
 * Each key of an owner has a slot below `most`, and the pair is unique: so there are never more, without a count
 * that two callers could both find too low. Which slot is tried first differs from key to key, so that callers at once
 * are seldom in each other's way.
 */
const insert = async (keys: Collection, key: ApiKey, most: number): Promise<KeyInsertion> => {
  const first = Number.parseInt(key.id.slice(-4), 16)
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const there = await listOf(keys, ownerId(key))
    if (there.some(({ name }) => name === key.name)) return 'name-taken'
    const free = freeSlots(there, most)
    const slot = free[(first + turn) % free.length]
    if (slot === undefined) return 'full'
    try {
      await keys.insertOne(fromKey(key, slot))
      return 'inserted'
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }
  return 'full'
}

const sortedById = (documents: readonly Document[]): ApiKey[] =>
  documents.map(toKey).sort((a, b) => (a.id < b.id ? -1 : 1))

const openKeyLists = (
  keys: Collection,
): Pick<ApiKeyStore, 'listByOwner' | 'listByPrefix' | 'listUnfinished'> => ({
  listByOwner: async owner => sortedById(await listOf(keys, owner)),
  listByPrefix: async (appId, prefix) =>
    sortedById(
      await keys.find(
        { appId: toObjectId(appId), prefix },
        { limit: 100, hint: 'appId_1_prefix_1' },
      ),
    ),
  listUnfinished: async limit =>
    (await keys.find({ unfinished: true }, { limit, hint: 'unfinished_1' })).map(toKey),
})

export const openApiKeyStore = async (database: Database): Promise<ApiKeyStore> => {
  const keys = database.collection('apiKeys')
  await Promise.all([
    keys.createIndex({ hash: 1 }, { unique: true }),
    keys.createIndex({ ownerId: 1, name: 1 }, { unique: true }),
    keys.createIndex({ ownerId: 1, slot: 1 }, { unique: true }),
    keys.createIndex({ userId: 1 }),
    keys.createIndex({ appId: 1, prefix: 1 }),
    keys.createIndex({ unfinished: 1 }, { partialFilterExpression: { unfinished: true } }),
  ])
  const change = async (id: string, update: Document): Promise<boolean> => {
    const { matchedCount } = await keys.updateOne(
      { _id: toObjectId(id), deleting: { $exists: false } },
      update,
    )
    return matchedCount === 1
  }

  return {
    ...openKeyLists(keys),
    insert: (key, most) => insert(keys, key, most),
    findById: async id => {
      const found = await keys.findOne({ _id: toObjectId(id) })
      return found && toKey(found)
    },
    findByHash: async hash => {
      const found = await keys.findOne({ hash })
      return found && toKey(found)
    },
    enable: id => change(id, { $set: { disabled: false } }),
    disable: id => change(id, { $set: { disabled: true, unfinished: true } }),
    sessionsEnded: async id => {
      await change(id, { $unset: { unfinished: '' } })
    },
    markDeleting: async id => {
      const { matchedCount } = await keys.updateOne(
        { _id: toObjectId(id) },
        { $set: { disabled: true, deleting: true, unfinished: true } },
      )
      return matchedCount === 1
    },
    recordUse: async (id, at) => {
      await keys.updateOne({ _id: toObjectId(id) }, { $max: { lastUsedAt: toDate(at) } })
    },
    remove: async id => {
      await keys.deleteOne({ _id: toObjectId(id) })
    },
    removeByUser: async userId => {
      await keys.deleteMany({ userId: toObjectId(userId) })
    },
  }
}
