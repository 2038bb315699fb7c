import { type Document, Timestamp } from 'bson'
import { DocumentsError } from '../../../error.ts'
import { compilePipeline } from '../../aggregate/pipeline.ts'
import { fromBytes, toBytes } from '../../values/bytes.ts'
import { encodeKey } from '../../values/key.ts'
import type { Connection } from '../connection.ts'
import type { ReadOutcome } from '../messages.ts'
import { toToken } from '../watch/token.ts'
import type { Meter } from './meter.ts'
import type { Snapshot } from './snapshot.ts'

export type ChangesRequest = {
  readonly database: string
  readonly collection: string
  readonly now: Date
  readonly log: string
  /** Changes behind this one are read. */
  readonly after: number
  readonly pipeline: readonly Document[]
  readonly updateLookup: boolean
  /** Deleted documents are shown, and what removed fields held. */
  readonly before: boolean
}

type ChangeRow = { readonly seq: number; readonly at: number; readonly event: Uint8Array }

const rowsAtOnce = 500
const bytesAtOnce = 4 * 1024 * 1024

const single = (connection: Connection, sql: string): number | undefined => {
  const value = connection.statement(sql).get()?.value
  return value === null || value === undefined ? undefined : Number(value)
}

/** @throws `ChangeStreamHistoryLost` when changes behind `after` have left the log, or it is another log. */
const checkHistory = (connection: Connection, { log, after }: ChangesRequest): void => {
  const own = connection.statement("SELECT value FROM meta WHERE key = 'log'").get()?.value
  const last =
    single(connection, "SELECT seq AS value FROM sqlite_sequence WHERE name = 'changes'") ?? 0
  const first = single(connection, 'SELECT min(seq) AS value FROM changes')
  const isGone = last > after && (first === undefined || first > after + 1)
  if (own === log && !isGone && last >= after) return
  throw new DocumentsError(
    'ChangeStreamHistoryLost',
    'Resume of change stream was not possible, as the resume point may no longer be in the change log.',
  )
}

const lookUp = (snapshot: Snapshot, event: Document): Document | null => {
  const entry = snapshot.find(event.ns.db, event.ns.coll)
  if (entry === undefined) return null
  const row = snapshot.connection
    .statement(
      `SELECT doc FROM ${entry.table} WHERE rid = (SELECT rid FROM ${entry.idIndex.table} WHERE key = ?)`,
    )
    .get(encodeKey([event.documentKey._id], [1]))
  return row === undefined ? null : fromBytes(row.doc as Uint8Array)
}

/** The event as MongoDB would hand it out. */
const toEvent = (snapshot: Snapshot, request: ChangesRequest, row: ChangeRow): Document => {
  const { operationType, fullDocumentBeforeChange, removedBeforeChange, ...event } = fromBytes(
    row.event,
  )
  const isUpdate = operationType === 'update'
  return {
    _id: toToken({ log: request.log, sequence: row.seq }),
    operationType,
    clusterTime: new Timestamp({ t: Math.floor(row.at / 1000), i: row.seq % 2 ** 32 }),
    wallTime: new Date(row.at),
    ...event,
    ...(isUpdate && request.updateLookup ? { fullDocument: lookUp(snapshot, event) } : {}),
    ...(request.before && fullDocumentBeforeChange !== undefined
      ? { fullDocumentBeforeChange }
      : {}),
    ...(request.before && removedBeforeChange !== undefined ? { removedBeforeChange } : {}),
  }
}

const isOf = (event: Document, { database, collection }: ChangesRequest): boolean =>
  [event.ns, event.to].some(place => place?.db === database && place.coll === collection)

const endsStream = ({ operationType }: Document): boolean =>
  operationType === 'drop' || operationType === 'rename'

const invalidation = (event: Document): Document => ({
  _id: event._id,
  operationType: 'invalidate',
  clusterTime: event.clusterTime,
  wallTime: event.wallTime,
})

/**
 * The next events of a collection, as documents `{ sequence, event }`, each after its pipeline. `count` is the
 * sequence number of the last change looked at.
 */
export const readChanges = (
  { snapshot, meter }: { snapshot: Snapshot; meter: Meter },
  request: ChangesRequest,
): { documents: Uint8Array[]; count: ReadOutcome['count'] } => {
  const { connection } = snapshot
  const pipeline = compilePipeline(request.pipeline)
  checkHistory(connection, request)
  const rows = connection
    .statement(`SELECT seq, at, event FROM changes WHERE seq > ? ORDER BY seq LIMIT ${rowsAtOnce}`)
    .iterate(request.after)

  const documents: Uint8Array[] = []
  let last = request.after
  let size = 0
  for (const row of rows as Iterable<ChangeRow>) {
    meter.examined(1)
    last = row.seq
    const event = toEvent(snapshot, request, row)
    if (!isOf(event, request)) continue
    const events = endsStream(event) ? [event, invalidation(event)] : [event]
    const context = { now: request.now, read: () => [], examined: meter.examined }
    for (const shown of pipeline.run(events, context)) {
      const bytes = toBytes({ sequence: row.seq, event: shown })
      documents.push(bytes)
      size += bytes.length
    }
    if (endsStream(event) || size > bytesAtOnce) break
  }
  return { documents, count: last }
}
