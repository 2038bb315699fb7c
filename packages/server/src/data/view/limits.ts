/** Documents that one operation looks at, or hands out. */
export const maxDocuments = 50_000
/** Bytes of documents that one operation looks at: in memory they take several times as much. */
export const maxHeldBytes = 32 * 1024 * 1024

/** What one operation may cost. */
export type ViewLimits = {
  /** Milliseconds for reading, for asking the rules, and for the rest, each. */
  readonly maxTimeMs: number
  /** Bytes of documents handed out. */
  readonly maxResultBytes: number
}

export const usualLimits: ViewLimits = { maxTimeMs: 10_000, maxResultBytes: 16 * 1024 * 1024 }
