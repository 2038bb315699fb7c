/** MongoDB's own numbers for what can go wrong, as far as this code names them. */
export const documentsErrorCodes = {
  BadValue: 2,
  UnknownError: 8,
  FailedToParse: 9,
  Unauthorized: 13,
  TypeMismatch: 14,
  Overflow: 15,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  MaxTimeMSExpired: 50,
  DollarPrefixedFieldName: 52,
  EmptyFieldName: 56,
  CommandNotFound: 59,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  InvalidOptions: 72,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  OperationFailed: 96,
  WriteConflict: 112,
  CommandNotSupported: 115,
  ConflictingOperationInProgress: 117,
  DocumentValidationFailure: 121,
  CappedPositionLost: 136,
  CommandNotSupportedOnView: 166,
  InvalidResumeToken: 260,
  ChangeStreamFatalError: 280,
  ChangeStreamHistoryLost: 286,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  /** Ours: the engine cannot be asked or cannot take writes now (disk full, server away); try again later. */
  Unavailable: 10107,
} as const

export type DocumentsErrorName = keyof typeof documentsErrorCodes

/** An error of a MongoDB server that the table does not name. */
export type ForeignError = { readonly code: number; readonly codeName: string }

/** What an engine refuses. `code` and `codeName` are MongoDB's; `message` names the operator, stage or key. */
export class DocumentsError extends Error {
  override readonly name = 'DocumentsError'
  readonly codeName: DocumentsErrorName | (string & {})
  readonly code: number
  /** For `DuplicateKey`: the index's key pattern and the values that are taken. */
  readonly keyPattern: Record<string, unknown> | undefined
  readonly keyValue: Record<string, unknown> | undefined

  constructor(
    what: DocumentsErrorName | ForeignError,
    message: string,
    options: ErrorOptions & {
      keyPattern?: Record<string, unknown>
      keyValue?: Record<string, unknown>
    } = {},
  ) {
    super(message, options)
    this.codeName = typeof what === 'string' ? what : what.codeName
    this.code = typeof what === 'string' ? documentsErrorCodes[what] : what.code
    this.keyPattern = options.keyPattern
    this.keyValue = options.keyValue
  }
}

/** True for a refused unique key: the expected absence of room, not a failure. */
export const isDuplicateKey = (error: unknown): error is DocumentsError =>
  error instanceof DocumentsError && error.codeName === 'DuplicateKey'

/** True when the engine cannot be asked, or cannot take writes, for now. */
export const isUnavailable = (error: unknown): error is DocumentsError =>
  error instanceof DocumentsError && error.codeName === 'Unavailable'

/** What a read ends with whose answer is larger than it may be. */
export const tooMuch = (maxResultBytes: number): DocumentsError =>
  new DocumentsError(
    'QueryExceededMemoryLimitNoDiskUseAllowed',
    `the result is larger than ${maxResultBytes} bytes`,
  )
