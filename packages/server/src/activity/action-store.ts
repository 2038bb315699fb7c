import type { Document } from 'bson'
import type { Database, Sort } from '../documents/documents.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from '../store/object-id.ts'
import type { ActionQuery, KeptAction, Outcome } from './action.ts'
import { defined } from './defined.ts'
import { idAt, timeOf } from './entry-id.ts'

/** The audit trail. No row is changed but for its end, and none goes before its time. */
export type ActionStore = {
  insert(action: KeptAction): Promise<void>
  end(id: string, outcome: Outcome & { readonly endedAt: number }): Promise<void>
  /** The newest first. */
  find(query: ActionQuery): Promise<KeptAction[]>
  removeBefore(id: string): Promise<void>
}

const exists = { $exists: true }

const indexes = {
  app: { key: { appId: 1, _id: -1 }, partial: { appId: exists } },
  operator: { key: { 'operator.id': 1, _id: -1 }, partial: { 'operator.id': exists } },
  request: { key: { requestId: 1, _id: -1 }, partial: { requestId: exists } },
} as const

const toDocument = ({ id, at: _, endedAt, ...action }: KeptAction): Document =>
  defined({
    ...action,
    _id: toObjectId(id),
    endedAt: endedAt === undefined ? undefined : toDate(endedAt),
  })

const fromDocument = ({ _id, endedAt, ...rest }: Document): KeptAction => {
  const id = fromObjectId(_id)
  const ended = endedAt !== undefined && { endedAt: fromDate(endedAt) }
  return { ...rest, id, at: timeOf(id), ...ended } as KeptAction
}

const filterOf = ({ appId, operatorId, requestId, ...query }: ActionQuery): Document => {
  const { operation, failed, after, until, before } = query
  const lowest = [before, until === undefined ? undefined : idAt(until + 1)]
    .filter(id => id !== undefined)
    .toSorted()[0]
  const time = defined({
    $gte: after === undefined ? undefined : toObjectId(idAt(after + 1)),
    $lt: lowest === undefined ? undefined : toObjectId(lowest),
  })
  return defined({
    appId,
    'operator.id': operatorId,
    requestId,
    operation,
    error: failed ? exists : undefined,
    _id: Object.keys(time).length > 0 ? time : undefined,
  })
}

const optionsOf = ({ appId, operatorId, requestId }: ActionQuery) => {
  if (requestId !== undefined) return { sort: indexes.request.key as Sort, hint: 'request' }
  if (appId !== undefined) return { sort: indexes.app.key as Sort, hint: 'app' }
  if (operatorId !== undefined) return { sort: indexes.operator.key as Sort, hint: 'operator' }
  return { sort: { _id: -1 } as Sort, hint: '_id_' }
}

const patienceMs = 5_000

/** Makes the collection ready. */
export const openActionStore = async (database: Database): Promise<ActionStore> => {
  const actions = database.collection('audit')
  for (const [name, { key, partial }] of Object.entries(indexes)) {
    await actions.createIndex(key, { name, partialFilterExpression: partial })
  }

  return {
    insert: async action => {
      await actions.insertOne(toDocument(action))
    },
    end: async (id, { endedAt, ...outcome }) => {
      const $set = defined({ ...outcome, endedAt: toDate(endedAt) })
      await actions.updateOne({ _id: toObjectId(id), endedAt: { $exists: false } }, { $set })
    },
    find: async query => {
      const { limit = 100 } = query
      const options = { ...optionsOf(query), limit, maxTimeMs: patienceMs }
      return (await actions.find(filterOf(query), options)).map(fromDocument)
    },
    removeBefore: async id => {
      await actions.deleteMany({ _id: { $lt: toObjectId(id) } })
    },
  }
}
