import type { Documents } from '../documents.ts'
import { wallClock } from './clock.ts'
import { isVisible } from './engine/catalog.ts'
import { prepareFile } from './engine/connection.ts'
import { openDatabase } from './engine/database.ts'
import { joinEngine } from './engine/engine.ts'
import type { Counters } from './engine/messages.ts'
import { openPointReads } from './engine/point-reads.ts'
import { openReaders } from './engine/readers.ts'
import { startWriterThread } from './engine/writer-thread.ts'

export type EmbeddedOptions = {
  /** The file; it is made (`0600`) when there is none. */
  readonly path: string
  /** Keeps a log of changes, so that `watch` works. Default false. */
  readonly changeLog?: boolean
  /** Entries that the change log keeps at most. Default 100,000. */
  readonly maxChanges?: number
  /** Age at which entries leave the change log. Default one day. */
  readonly maxChangeAgeMs?: number
  /** Writes in one commit at most. Default 1,000. */
  readonly maxBatch?: number
  /** How often expired documents are looked for. Default 60,000; 0 means only when `expireNow` is called. */
  readonly expireEveryMs?: number
  /** The clock of `$currentDate`, `$$NOW` and expiry, in milliseconds since 1970. */
  readonly now?: () => number
}

/** The embedded engine, with what only it can do. */
export type EmbeddedDocuments = Documents & {
  readonly engine: 'embedded'
  /** Commits, writes and checkpoints since the file was opened. */
  stats(): Counters
  /** Deletes what expiring indexes call expired by now. Answers how many documents went. */
  expireNow(): Promise<number>
}

const nowhere = { database: '', collection: '' }

/**
 * Opens a document file and starts the thread that writes it. One process at a time may hold a file open with
 * this; the caller sees to that with `acquireOwnership`.
 *
 * @throws `Unavailable` when the file cannot be opened, is damaged, is not ours, or has a newer format.
 */
export const openEmbedded = async ({
  path,
  changeLog = false,
  maxChanges = 100_000,
  maxChangeAgeMs = 24 * 60 * 60 * 1000,
  maxBatch = 1_000,
  expireEveryMs = 60_000,
  now = wallClock,
}: EmbeddedOptions): Promise<EmbeddedDocuments> => {
  prepareFile(path)
  const pointReads = openPointReads(path, { isFollower: false })
  const readers = openReaders(path)
  let catalogVersion = 0
  const writer = startWriterThread(
    { path, changeLog, maxBatch, maxChanges, maxChangeAgeMs },
    {
      onCommit: done => {
        if (done.catalogVersion === catalogVersion) return
        catalogVersion = done.catalogVersion
        pointReads.forgetCatalog()
      },
    },
  )
  const engine = joinEngine({ writer, readers, pointReads }, now)

  const expireNow = async (): Promise<number> =>
    (await engine.write('expire', nowhere, {})).deleted ?? 0

  const expiring =
    expireEveryMs === 0
      ? undefined
      : setInterval(() => void expireNow().catch(() => undefined), expireEveryMs).unref()

  const end = async (): Promise<void> => {
    clearInterval(expiring)
    await readers.close()
    await writer.close()
    pointReads.close()
  }
  let closing: Promise<void> | undefined

  return {
    engine: 'embedded',
    database: name => openDatabase(engine, name),
    listDatabases: async () => {
      const visible = [...pointReads.catalog().collections.values()].filter(isVisible)
      return [...new Set(visible.map(({ database }) => database))].toSorted()
    },
    ping: async () => {
      await engine.write('ping', nowhere, {})
    },
    close: () => {
      closing ??= end()
      return closing
    },
    stats: writer.counters,
    expireNow,
  }
}
