import { type Document, serialize } from 'bson'
import { fromBytesPromoted } from '../embedded/values/bytes.ts'
import { DocumentsError, type DocumentsErrorName, documentsErrorCodes } from '../error.ts'

const nameOfCode = new Map<number, DocumentsErrorName>(
  Object.entries(documentsErrorCodes).map(([name, code]) => [code, name as DocumentsErrorName]),
)

/** What the driver throws when there is nobody to ask, by the names of its classes. */
const awayNames: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoTopologyClosedError',
  'MongoServerClosedError',
  'MongoClientClosedError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
  'MongoStalePrimaryError',
  'MongoExpiredSessionError',
  'MongoMissingCredentialsError',
])

/**
 * What a server answers that is up and cannot serve: it shuts down, elects, refuses the password, has no room,
 * or cannot reach a majority.
 *
 * @see the driver specification "Retryable Writes" and MongoDB's list of error codes
 */
const awayCodes: ReadonlySet<number> = new Set([
  6, 7, 18, 64, 79, 89, 91, 100, 134, 189, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436,
  14031,
])

const numberOf = (value: unknown): number | undefined => {
  const number = Number(value)
  return value === undefined || value === null || !Number.isInteger(number) ? undefined : number
}

const asFields = (value: unknown): Document | undefined => {
  if (value instanceof Uint8Array) return fromBytesPromoted(value)
  if (typeof value !== 'object' || value === null) return undefined
  return fromBytesPromoted(serialize(value))
}

/** Where a refused unique key is told: by the command, or by the failed statement of it. */
const keyOf = (error: Document): { pattern: unknown; value: unknown } => {
  const response = error.errorResponse ?? {}
  return {
    pattern: error.keyPattern ?? response.keyPattern,
    value: error.keyValue ?? response.keyValue,
  }
}

const fromServer = (error: Error & Document, code: number): DocumentsError => {
  const message = error.errmsg ?? error.message
  if (awayCodes.has(code)) return new DocumentsError('Unavailable', message, { cause: error })
  if (code === documentsErrorCodes.DuplicateKey) {
    const { pattern, value } = keyOf(error)
    const [keyPattern, keyValue] = [asFields(pattern), asFields(value)]
    return new DocumentsError('DuplicateKey', message, {
      cause: error,
      ...(keyPattern && { keyPattern }),
      ...(keyValue && { keyValue }),
    })
  }
  const known = nameOfCode.get(code)
  if (known !== undefined) return new DocumentsError(known, message, { cause: error })
  const told = typeof error.codeName === 'string' ? error.codeName : ''
  const codeName = told === '' || told === 'Error' ? `Location${code}` : told
  return new DocumentsError({ code, codeName }, message, { cause: error })
}

const isTooLarge = ({ message }: Error): boolean =>
  /larger than the maximum size|out of (range|bounds)|maxBsonObjectSize|too large/i.test(message)

/** What the driver refused before it asked anybody: values, names or options that cannot be sent. */
const fromDriver = (error: Error): DocumentsError =>
  new DocumentsError(isTooLarge(error) ? 'BSONObjectTooLarge' : 'BadValue', error.message, {
    cause: error,
  })

/** What the system says of a connection that broke, as the driver hands it on: `EPIPE`, `ECONNRESET` … */
const isCut = ({ code }: Error & { readonly code?: unknown }): boolean =>
  typeof code === 'string' && /^E[A-Z]+$/.test(code)

/** Any error of the driver as the contract names it. Nothing in it tells a password. */
export const toDocumentsError = (error: unknown): DocumentsError => {
  if (error instanceof DocumentsError) return error
  if (!(error instanceof Error)) return new DocumentsError('UnknownError', String(error))
  if (awayNames.has(error.name) || isCut(error)) {
    return new DocumentsError('Unavailable', error.message, { cause: error })
  }
  const code = numberOf((error as Document).code)
  if (code !== undefined && error.name.startsWith('Mongo')) return fromServer(error, code)
  if (error.name.startsWith('MongoServer')) {
    return new DocumentsError('UnknownError', error.message, { cause: error })
  }
  return fromDriver(error)
}
