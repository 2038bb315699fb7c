import { stringifyEjson } from '@regent/protocol'
import { calculateObjectSize, type Document } from 'bson'
import type { ChangeEvent } from '../../documents/documents.ts'
import type { Change } from './changes.ts'

/** One event of the engine, read once for all readers. */
export type HubEvent = {
  /** Where it stands in the log, as text that grows along it. */
  readonly place: string | undefined
  /** As somebody sees it who may see everything, with its text. */
  readonly whole: Change
  /** The document before it was deleted, where the engine knows. Readers are never shown it. */
  readonly before: Document | undefined
  /** What removed fields held, by path, where the engine knows. Readers are never shown it. */
  readonly removed: ReadonlyMap<string, unknown>
  /** Bytes, about. */
  readonly size: number
}

/** An event whose text is made when it is asked for, once. */
export const toChange = (event: Document): Change => {
  let text: string | undefined
  return {
    event,
    get text() {
      text ??= stringifyEjson(event)
      return text
    },
  }
}

/** A token as text that grows along the log: so MongoDB's do, and the embedded engine's. */
export const placeOf = (token: Document | undefined): string | undefined =>
  typeof token?._data === 'string' ? token._data : undefined

const shown = ['fullDocument', 'updateDescription'] as const

/** What became of an event on its way: names as the app knows them, a sealed token, and nothing that is not offered. */
export const toHubEvent = (
  raw: ChangeEvent,
  { database, collection, seal }: HubEventOptions,
): HubEvent => {
  let size: number | undefined
  const event: Document = {
    _id: seal(raw._id),
    operationType: raw.operationType,
    clusterTime: raw.clusterTime,
    ...(raw.ns && { ns: { db: database, ...(raw.ns.coll !== undefined && { coll: collection }) } }),
    ...(raw.documentKey && { documentKey: raw.documentKey }),
    ...Object.fromEntries(
      shown.filter(name => raw[name] !== undefined).map(name => [name, raw[name]]),
    ),
  }
  return {
    place: placeOf(raw._id),
    whole: toChange(event),
    before: raw.fullDocumentBeforeChange ?? undefined,
    removed: new Map(
      (raw.removedBeforeChange ?? []).map(({ path, value }: Document) => [path, value]),
    ),
    get size() {
      size ??= calculateObjectSize(event)
      return size
    },
  }
}

export type HubEventOptions = {
  readonly database: string
  readonly collection: string
  seal(token: Document): Document
}
