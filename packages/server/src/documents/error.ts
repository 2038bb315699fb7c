/** MongoDB's own numbers for what can go wrong, as far as an engine of ours answers them. */
export const documentsErrorCodes = {
  BadValue: 2,
  TypeMismatch: 14,
  FailedToParse: 9,
  ConflictingUpdateOperators: 40,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  MaxTimeMSExpired: 50,
  ImmutableField: 66,
  InvalidNamespace: 73,
  IndexOptionsConflict: 85,
  CommandNotSupported: 115,
  DocumentValidationFailure: 121,
  CappedPositionLost: 136,
  ChangeStreamHistoryLost: 286,
  QueryExceededMemoryLimitNoDiskUseAllowed: 292,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
  /** Ours: the engine cannot take writes now (disk full, file gone); try again later. */
  Unavailable: 10107,
} as const

export type DocumentsErrorName = keyof typeof documentsErrorCodes

/** What an engine refuses. `code` and `codeName` are MongoDB's; `message` names the operator, stage or key. */
export class DocumentsError extends Error {
  override readonly name = 'DocumentsError'
  readonly codeName: DocumentsErrorName
  readonly code: number
  /** For `DuplicateKey`: the index's key pattern and the values that are taken. */
  readonly keyPattern: Record<string, unknown> | undefined
  readonly keyValue: Record<string, unknown> | undefined

  constructor(
    codeName: DocumentsErrorName,
    message: string,
    options: ErrorOptions & {
      keyPattern?: Record<string, unknown>
      keyValue?: Record<string, unknown>
    } = {},
  ) {
    super(message, options)
    this.codeName = codeName
    this.code = documentsErrorCodes[codeName]
    this.keyPattern = options.keyPattern
    this.keyValue = options.keyValue
  }
}

/** True for a refused unique key: the expected absence of room, not a failure. */
export const isDuplicateKey = (error: unknown): error is DocumentsError =>
  error instanceof DocumentsError && error.codeName === 'DuplicateKey'

/** True when the engine cannot take writes for now. */
export const isUnavailable = (error: unknown): error is DocumentsError =>
  error instanceof DocumentsError && error.codeName === 'Unavailable'
