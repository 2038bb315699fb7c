/** How a document file is kept. */
export type FileOptions = {
  /** The file; it is made (`0600`) when there is none. */
  readonly path: string
  /** Keeps a log of changes, so that `watch` works. Default false. Turning it off forgets the log. */
  readonly changeLog?: boolean
  /** Entries that the change log keeps at most. Default 100,000. */
  readonly maxChanges?: number
  /** Age at which entries leave the change log. Default one day. */
  readonly maxChangeAgeMs?: number
  /** Writes in one commit at most. Default 1,000. */
  readonly maxBatch?: number
  /** How often expired documents are looked for. Default 60,000; 0 means only when `expireNow` is called. */
  readonly expireEveryMs?: number
}

/** What holds for a file of which nothing else is said. */
export const fileDefaults = {
  changeLog: false,
  maxChanges: 100_000,
  maxChangeAgeMs: 24 * 60 * 60 * 1000,
  maxBatch: 1_000,
  expireEveryMs: 60_000,
} satisfies Omit<FileOptions, 'path'>
