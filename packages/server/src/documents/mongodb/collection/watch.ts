import type { Document } from 'bson'
import type { ChangeStream as DriverStream } from 'mongodb'
import { toChangeStream } from '../../change-stream.ts'
import type { ChangeEvent, ChangeStream, WatchOptions } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { operationMs } from '../connection.ts'
import { toDocumentsError } from '../failure.ts'
import { driverCollection, exactValues, type Place, toOwnValues } from '../place.ts'

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

type Opened = {
  readonly driver: DriverStream
  readonly promoteValues: boolean
  readonly resumeAfter: Document | undefined
  /** What the opening brought already. */
  readonly first: ChangeEvent | null
}

/** The end is an end, not an error. */
const toStream = ({ driver, promoteValues, resumeAfter, first }: Opened): ChangeStream => {
  let waiting = first
  let isClosed = false

  const close = async (): Promise<void> => {
    isClosed = true
    await driver.close()
  }

  const take = async (): Promise<IteratorResult<ChangeEvent>> => {
    if (isClosed) return { done: true, value: undefined }
    try {
      const event = waiting ?? ((await driver.next()) as ChangeEvent)
      waiting = null
      if (event.operationType === 'invalidate') isClosed = true
      return { done: false, value: toOwnValues(event, promoteValues) }
    } catch (error) {
      if (isClosed) return { done: true, value: undefined }
      await close()
      throw toWatchError(error)
    }
  }

  return toChangeStream({
    resumeToken: () =>
      waiting !== null ? resumeAfter : (driver.resumeToken as Document | undefined),
    take,
    close,
  })
}

/** What servers before 6.0 answer to an option that they do not know. */
const isUnknownOption = (error: unknown): boolean =>
  error instanceof Error && /fullDocumentBeforeChange/.test(error.message)

const open = async (place: Place, options: WatchOptions): Promise<ChangeStream> => {
  const { pipeline = [], resumeAfter, fullDocument, fullDocumentBeforeChange } = options
  const driver = driverCollection(place.connection.client, place).watch([...pipeline], {
    ...exactValues,
    ...(resumeAfter && { resumeAfter }),
    ...(fullDocument && { fullDocument }),
    ...(fullDocumentBeforeChange && { fullDocumentBeforeChange }),
  })
  try {
    const first = await place.connection.run({ withinMs: operationMs }, () => driver.tryNext())
    const { promoteValues } = place
    return toStream({ driver, promoteValues, resumeAfter, first })
  } catch (error) {
    await driver.close().catch(() => undefined)
    throw error
  }
}

/**
 * Opens a native change stream. The driver resumes it over lost connections by itself.
 *
 * @throws `CommandNotSupported` when the server offers none, `ChangeStreamHistoryLost` for a token of too long ago
 */
export const openChangeStream = async (
  place: Place,
  options: WatchOptions = {},
): Promise<ChangeStream> => {
  const { fullDocumentBeforeChange, ...known } = options
  try {
    return await open(place, options).catch(error => {
      if (fullDocumentBeforeChange !== undefined && isUnknownOption(error))
        return open(place, known)
      throw error
    })
  } catch (error) {
    throw toWatchError(error)
  }
}
