import { DocumentsError, type DocumentsErrorName } from '../../error.ts'
import { fromBytesPromoted, toBytes } from '../values/bytes.ts'

/** An error as it goes from a thread to the event loop. */
export type FailureMessage = {
  readonly codeName: DocumentsErrorName | undefined
  readonly message: string
  readonly stack: string | undefined
  readonly key: Uint8Array | undefined
}

const busy = 5
const outOfMemory = 7
const readOnly = 8
const ioError = 10
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

const reasons: Readonly<Record<number, string>> = {
  [busy]: 'another process holds the file',
  [outOfMemory]: 'out of memory',
  [readOnly]: 'the file is read-only',
  [ioError]: 'the disk answered with an error',
  [corrupt]: 'the file is damaged',
  [full]: 'the disk is full',
  [cannotOpen]: 'the file cannot be opened',
  [notADatabase]: 'the file is damaged or is not a document file',
}

const sqliteCode = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined
}

/** True when the file or the disk failed, not the caller's data: whatever was not committed is lost. */
export const isFileFailure = (error: unknown): boolean => {
  const code = sqliteCode(error)
  return code !== undefined && code in reasons
}

/** True when a statement names a table that is gone: the reader's catalog is older than the file. */
export const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('no such table')

/** Turns what SQLite throws into `Unavailable` with the file's name and a reason; other errors stay as they are. */
export const toDocumentsError = (error: unknown, path: string): Error => {
  const code = sqliteCode(error)
  if (isMissingTable(error)) {
    return new DocumentsError('NamespaceNotFound', 'the collection or index was dropped meanwhile')
  }
  if (code === undefined) return error instanceof Error ? error : new Error(String(error))
  const detail = error instanceof Error ? error.message : String(error)
  return new DocumentsError(
    'Unavailable',
    `${path}: ${reasons[code] ?? 'the document file failed'} (${detail})`,
    { cause: error },
  )
}

/** JavaScript refuses texts and lists of a size that nothing of ours asks for: expressions of callers do. */
const grewTooLarge = 'QueryExceededMemoryLimitNoDiskUseAllowed'

export const toFailureMessage = (error: unknown): FailureMessage => {
  if (!(error instanceof Error)) {
    return { codeName: undefined, message: String(error), stack: undefined, key: undefined }
  }
  if (error instanceof RangeError) {
    const message = 'a value became larger than can be held'
    return { codeName: grewTooLarge, message, stack: error.stack, key: undefined }
  }
  const told = error instanceof DocumentsError ? error : undefined
  return {
    codeName: told?.codeName as DocumentsErrorName | undefined,
    message: error.message,
    stack: error.stack,
    key:
      told?.keyPattern === undefined
        ? undefined
        : toBytes({ pattern: told.keyPattern, value: told.keyValue ?? {} }),
  }
}

export const fromFailureMessage = ({ codeName, message, stack, key }: FailureMessage): Error => {
  if (codeName === undefined) {
    return new Error(message, { cause: stack === undefined ? undefined : { stack } })
  }
  if (key === undefined) return new DocumentsError(codeName, message)
  const { pattern, value } = fromBytesPromoted(key)
  return new DocumentsError(codeName, message, { keyPattern: pattern, keyValue: value })
}
