import type { Document } from 'bson'
import type { Collection, Database, Sort } from '../documents/documents.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../store/object-id.ts'
import { defined } from './defined.ts'
import { type EntryQuery, type EntryType, entryTypes, type KeptEntry } from './entry.ts'
import { idAt, timeOf } from './entry-id.ts'

export type EntryStore = {
  insert(entries: readonly KeptEntry[]): Promise<void>
  /** As `insert`, where it is not known how far an attempt before has come. */
  insertAgain(entries: readonly KeptEntry[]): Promise<void>
  /** The newest first. */
  find(query: EntryQuery): Promise<KeptEntry[]>
  removeBefore(id: string): Promise<number>
  removeByApp(appId: string): Promise<void>
}

const exists = { $exists: true }

/** Each is looked through from its newest end; `_id` is the time. */
const indexes = {
  failed: { key: { appId: 1, failed: 1, _id: -1 }, partial: { failed: true } },
  type: { key: { appId: 1, type: 1, _id: -1 } },
  user: { key: { appId: 1, userId: 1, _id: -1 }, partial: { userId: exists } },
  account: { key: { appId: 1, account: 1, _id: -1 }, partial: { account: exists } },
  request: { key: { requestId: 1, _id: -1 }, partial: { requestId: exists } },
} as const satisfies Record<string, { readonly key: Sort; readonly partial?: Document }>

type IndexName = keyof typeof indexes

const optionalId = (id: string | undefined) => (id === undefined ? undefined : toObjectId(id))

/** Written once for each log-in: made in one pass. */
const toDocument = ({ id, at: _, ...entry }: KeptEntry): Document => {
  const document: Document = { _id: toObjectId(id) }
  for (const [name, value] of Object.entries(entry)) {
    if (value !== undefined) document[name] = value
  }
  document.startedAt = toDate(entry.startedAt)
  if (entry.appId !== undefined) document.appId = toObjectId(entry.appId)
  if (entry.userId !== undefined) document.userId = toObjectId(entry.userId)
  if (entry.client) document.client = defined(entry.client)
  if (entry.error !== undefined) document.failed = true
  return document
}

const fromDocument = ({
  _id,
  appId,
  userId,
  startedAt,
  failed: _,
  ...rest
}: Document): KeptEntry => {
  const id = fromObjectId(_id)
  return {
    ...rest,
    id,
    at: timeOf(id),
    appId: appId === undefined ? undefined : fromObjectId(appId),
    ...(userId !== undefined && { userId: fromObjectId(userId) }),
    startedAt: fromDate(startedAt),
  } as KeptEntry
}

/** What is asked for, without the types: each of those is a search of its own. */
const filterOf = (query: EntryQuery): Document => {
  const { appId, userId, account, requestId, failed, after, until } = query
  const time = defined({
    $gte: after === undefined ? undefined : toObjectId(idAt(after + 1)),
    $lt: until === undefined ? undefined : toObjectId(idAt(until + 1)),
  })
  return defined({
    appId: optionalId(appId),
    userId: optionalId(userId),
    account,
    requestId,
    failed: failed ? true : undefined,
    _id: Object.keys(time).length > 0 ? time : undefined,
  })
}

/** The index that leads straight to what is asked for, or close to it; none for the entries of all apps. */
const indexOf = ({
  appId,
  userId,
  account,
  requestId,
  failed,
}: EntryQuery): IndexName | undefined => {
  if (requestId !== undefined) return 'request'
  if (appId === undefined) return undefined
  if (userId !== undefined) return 'user'
  if (account !== undefined) return 'account'
  if (failed) return 'failed'
  return 'type'
}

const optionsOf = (index: IndexName | undefined) =>
  index === undefined
    ? { sort: { _id: -1 } as Sort, hint: '_id_' }
    : { sort: indexes[index].key as Sort, hint: index }

/** Each type is a search of its own; without types only where the index begins with one. */
const typesOf = (query: EntryQuery): readonly (EntryType | undefined)[] => {
  if (query.types !== undefined) return [...new Set(query.types)]
  return indexOf(query) === 'type' ? entryTypes : [undefined]
}

const patienceMs = 5_000

const search = async (
  entries: Collection,
  query: EntryQuery,
  { type, most }: { readonly type: EntryType | undefined; readonly most: number },
): Promise<KeptEntry[]> => {
  const filter = type === undefined ? filterOf(query) : { ...filterOf(query), type }
  const options = { ...optionsOf(indexOf(query)), limit: most, maxTimeMs: patienceMs }
  return (await entries.find(filter, options)).map(fromDocument)
}

const byNewest = (left: KeptEntry, right: KeptEntry): number => (left.id < right.id ? 1 : -1)

/** Makes the collection ready. */
export const openEntryStore = async (database: Database): Promise<EntryStore> => {
  const entries = database.collection('logs')
  for (const [name, { key, ...rest }] of Object.entries(indexes)) {
    const partial = 'partial' in rest && { partialFilterExpression: rest.partial }
    await entries.createIndex(key, { name, ...partial })
  }

  return {
    insert: async kept => {
      await entries.insertMany(kept.map(toDocument))
    },
    insertAgain: async kept => {
      const operations = kept.map(toDocument).map(replacement => ({
        replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
      }))
      await entries.bulkWrite(operations)
    },
    find: async query => {
      const { skip = 0, limit = 100 } = query
      const most = skip + limit
      const wanted = typesOf(query)
      const found = await Promise.all(wanted.map(type => search(entries, query, { type, most })))
      const sorted = found.length === 1 ? (found[0] ?? []) : found.flat().toSorted(byNewest)
      return sorted.slice(skip, most)
    },
    removeBefore: async id => {
      const { deletedCount } = await entries.deleteMany({ _id: { $lt: toObjectId(id) } })
      return deletedCount
    },
    removeByApp: async appId => {
      await entries.deleteMany({ appId: toObjectId(appId) })
    },
  }
}
