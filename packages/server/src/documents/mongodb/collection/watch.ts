import type { Document } from 'bson'
import type { ChangeStream as DriverStream } from 'mongodb'
import type { ChangeEvent, ChangeStream, WatchOptions } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { operationMs } from '../connection.ts'
import { toDocumentsError } from '../failure.ts'
import { driverCollection, type Place } from '../place.ts'

/** What servers without change streams answer: not a replica set, no such stage, no such option. */
const isNotOffered = ({ code, message }: DocumentsError): boolean =>
  [40573, 40324, 115, 59, 303].includes(code) || /\$?changeStream/.test(message)

const toWatchError = (cause: unknown): DocumentsError => {
  const error = toDocumentsError(cause)
  const isToken = ['ChangeStreamHistoryLost', 'ChangeStreamFatalError', 'InvalidResumeToken']
  if (isToken.includes(error.codeName) || error.codeName === 'Unavailable') return error
  if (!isNotOffered(error)) return error
  return new DocumentsError(
    'CommandNotSupported',
    `watch needs a MongoDB replica set, and this server offers no change streams (${error.message})`,
    { cause },
  )
}

/** Events one after the other, however many callers ask; the end is an end, not an error. */
const toStream = (driver: DriverStream): ChangeStream => {
  let turn: Promise<unknown> = Promise.resolve()
  let isClosed = false

  const close = async (): Promise<void> => {
    isClosed = true
    await driver.close()
  }

  const take = async (): Promise<IteratorResult<ChangeEvent>> => {
    if (isClosed) return { done: true, value: undefined }
    try {
      const event = (await driver.next()) as ChangeEvent
      if (event.operationType === 'invalidate') isClosed = true
      return { done: false, value: event }
    } catch (error) {
      if (isClosed) return { done: true, value: undefined }
      await close()
      throw toWatchError(error)
    }
  }

  const stream: ChangeStream = {
    get resumeToken() {
      return driver.resumeToken as Document | undefined
    },
    next: () => {
      const result = turn.then(take)
      turn = result.catch(() => undefined)
      return result
    },
    return: async () => {
      await close()
      return { done: true, value: undefined }
    },
    close,
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/**
 * Opens a native change stream. The driver resumes it over lost connections by itself.
 *
 * @throws `CommandNotSupported` when the server offers none, `ChangeStreamHistoryLost` for a token of too long ago
 */
export const openChangeStream = async (
  place: Place,
  { pipeline = [], resumeAfter, fullDocument }: WatchOptions = {},
): Promise<ChangeStream> => {
  const exact = place.promoteValues ? {} : { promoteValues: false, bsonRegExp: true }
  const driver = driverCollection(place.connection.client, place).watch([...pipeline], {
    ...exact,
    ...(resumeAfter && { resumeAfter }),
    ...(fullDocument && { fullDocument }),
  })
  // An error without a listener would end the process; `next` rejects with the same one.
  driver.on('error', () => undefined)
  try {
    const first = await place.connection.run({ withinMs: operationMs }, () => driver.tryNext())
    return startingWith(first as ChangeEvent | null, toStream(driver))
  } catch (error) {
    await driver.close().catch(() => undefined)
    throw toWatchError(error)
  }
}

/** Opening asks the server once, which may bring an event already. */
const startingWith = (first: ChangeEvent | null, stream: ChangeStream): ChangeStream => {
  if (first === null) return stream
  let waiting: ChangeEvent | undefined = first
  const next = (): Promise<IteratorResult<ChangeEvent>> => {
    if (waiting === undefined) return stream.next()
    const value = waiting
    waiting = undefined
    return Promise.resolve({ done: false, value })
  }
  const started: ChangeStream = {
    get resumeToken() {
      return stream.resumeToken
    },
    next,
    return: stream.return as NonNullable<ChangeStream['return']>,
    close: stream.close,
    [Symbol.asyncIterator]: () => started,
  }
  return started
}
