import type { MongoClient, MongoClientOptions } from 'mongodb'
import { shownAddress } from '../../domain/mongodb-address.ts'
import { DocumentsError } from '../error.ts'
import { untilAlone } from './collisions.ts'
import { toDocumentsError } from './failure.ts'

/** How long one operation may take altogether, waiting for a server included. */
export type Bounds = {
  /** Milliseconds. */
  readonly withinMs: number
  /** True for a read, which is called too slow, not unanswered, when the server is known to be up. */
  readonly isRead?: boolean
  /** True for what is done whole or not at all: it is done again when it collided with somebody else's. */
  readonly isWhole?: boolean
}

type Work<T> = (client: MongoClient, signal: AbortSignal) => Promise<T>

export type Connection = {
  /** `mongodb://host/database`, without who logs in. */
  readonly shownAddress: string
  /** Runs one operation of the driver. Its errors are `DocumentsError`, and it ends within the bounds. */
  run<T>(bounds: Bounds, work: Work<T>): Promise<T>
  /** The client, for what lives longer than an operation. */
  readonly client: MongoClient
  /** May be called twice. */
  close(): Promise<void>
}

/** How long is waited for a server that can take the operation. */
export const selectionMs = 5_000
/** For one document, or a command about a collection. */
export const operationMs = 15_000
/** For writes that may touch any number of documents. */
export const manyMs = 120_000
/** For an index over documents that are there already. */
export const indexMs = 30 * 60_000

/** How long a majority may take to have a write. */
const majorityMs = 10_000

/** What the address may not change: the server counts on writes that stay and on reading what it wrote. */
const clientOptions: MongoClientOptions = {
  appName: 'regent',
  serverSelectionTimeoutMS: selectionMs,
  connectTimeoutMS: selectionMs,
  waitQueueTimeoutMS: selectionMs,
  heartbeatFrequencyMS: 2_000,
  maxIdleTimeMS: 10 * 60_000,
  retryWrites: true,
  retryReads: true,
  readPreference: 'primary',
  writeConcern: { w: 'majority', wtimeoutMS: majorityMs },
}

const openClient = async (address: string): Promise<MongoClient> => {
  const { MongoClient: Client } = await import('mongodb')
  try {
    return new Client(address, clientOptions)
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new TypeError(`${shownAddress(address)} is no MongoDB address: ${detail}`, { cause })
  }
}

/** Whether the last word of the monitors was that a server is up. */
const watchHealth = (client: MongoClient): (() => boolean) => {
  let isUp = false
  client.on('serverHeartbeatSucceeded', () => {
    isUp = true
  })
  client.on('serverHeartbeatFailed', () => {
    isUp = false
  })
  return () => isUp
}

const lateness = ({ withinMs, isRead = false }: Bounds, isUp: boolean): DocumentsError =>
  isRead && isUp
    ? new DocumentsError('MaxTimeMSExpired', 'operation exceeded time limit')
    : new DocumentsError('Unavailable', `the MongoDB server did not answer within ${withinMs} ms`)

/**
 * Makes a client; nothing is asked of the server before the first operation.
 *
 * @throws TypeError when the address cannot be read; its password is not in the message.
 */
export const openConnection = async (address: string): Promise<Connection> => {
  const client = await openClient(address)
  const isUp = watchHealth(client)
  let closing: Promise<void> | undefined

  const run: Connection['run'] = <T>(bounds: Bounds, work: Work<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const abort = new AbortController()
      const timer = setTimeout(() => {
        reject(lateness(bounds, isUp()))
        abort.abort()
      }, bounds.withinMs)
      const once = (): Promise<T> => work(client, abort.signal)
      const done = bounds.isWhole === true ? untilAlone(once, abort.signal) : once()
      done
        .then(resolve, error => reject(toDocumentsError(error)))
        .finally(() => clearTimeout(timer))
    })

  return {
    shownAddress: shownAddress(address),
    run: async (bounds, work) => {
      if (closing !== undefined) throw new DocumentsError('Unavailable', 'the store is closed')
      return run(bounds, work)
    },
    client,
    close: () => {
      closing ??= client.close()
      return closing
    },
  }
}
