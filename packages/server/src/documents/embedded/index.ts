import type { Database, Documents } from '../documents.ts'
import { DocumentsError } from '../error.ts'
import { wallClock } from './clock.ts'
import { isVisible } from './engine/catalog.ts'
import { checkFile, openReader, prepareFile } from './engine/connection.ts'
import { openDatabase } from './engine/database.ts'
import { type Engine, joinEngine } from './engine/engine.ts'
import type { BatchDone, Counters } from './engine/messages.ts'
import { openPointReads } from './engine/point-reads.ts'
import { openReaders } from './engine/threads/readers.ts'
import {
  startWriterThread,
  type WriterEvents,
  type WriterThread,
} from './engine/threads/writer-thread.ts'
import { openChangePoll, readLogPlace } from './engine/watch/log.ts'
import { openChangeSignal } from './engine/watch/signal.ts'
import { type FileOptions, fileDefaults } from './file-options.ts'
import type { RemoteWriters } from './processes/follower.ts'

export type EmbeddedOptions = FileOptions & {
  /** For a process that does not own the file: reads and `watch` work, writes are refused. Default false. */
  readonly readOnly?: boolean
  /** For a process that serves requests while another one owns the file: writes go there. */
  readonly writers?: RemoteWriters
  /** The clock of `$currentDate`, `$$NOW` and expiry, in milliseconds since 1970. */
  readonly now?: () => number
}

/** The embedded engine, with what only it can do. */
export type EmbeddedDocuments = Documents & {
  readonly engine: 'embedded'
  /** Commits, writes and checkpoints since the file was opened. */
  stats(): Counters
  /** Deletes what expiring indexes call expired by now, and trims the change log. Answers how many documents went. */
  expireNow(): Promise<number>
}

/** Holds the keys of about a million documents. */
const pointReadCacheKib = 32_000

const nowhere = { database: '', collection: '' }

const refuseWrites: WriterThread = {
  send: async () => {
    throw new DocumentsError('CommandNotSupported', 'this process may only read the store')
  },
  counters: () => ({ commits: 0, writes: 0, checkpoints: 0 }),
  drain: async () => undefined,
  close: async () => undefined,
}

type Options = Required<Omit<EmbeddedOptions, 'writers'>> & Pick<EmbeddedOptions, 'writers'>

/** Where this process's writes go. The file is there when it resolves. */
const openWriting = async (options: Options, events: WriterEvents): Promise<WriterThread> => {
  const { path, readOnly, writers } = options
  if (writers) {
    const { now: _, writers: __, readOnly: ___, ...file } = options
    return writers.open(file, events)
  }
  if (readOnly) {
    checkFile(path)
    return refuseWrites
  }
  prepareFile(path, options)
  return startWriterThread(options, events)
}

const openParts = async (options: Options) => {
  const { path, readOnly, writers } = options
  let onCommit: (done: BatchDone) => void = () => {}
  const writer = await openWriting(options, { onCommit: done => onCommit(done) })
  const connection = openReader(path, pointReadCacheKib)
  const isFollower = readOnly || writers !== undefined
  const pointReads = openPointReads(connection, { path, isFollower })
  const readers = openReaders(path)
  const signal = openChangeSignal(readOnly ? openChangePoll(connection) : undefined)
  let catalogVersion = 0
  let lastChange = 0
  onCommit = done => {
    if (done.catalogVersion !== catalogVersion) pointReads.forgetCatalog()
    if (done.lastChange !== lastChange) signal.notify()
    catalogVersion = done.catalogVersion
    lastChange = done.lastChange
  }
  const changeLog = { place: () => readLogPlace(connection), signal }
  const engine = joinEngine({ writer, readers, pointReads, changeLog }, options.now)

  const close = async (): Promise<void> => {
    await writer.drain()
    signal.close()
    await readers.close()
    connection.close()
    await writer.close()
  }

  return { engine, writer, close }
}

const listDatabases = ({ pointReads }: Engine): string[] => {
  const visible = [...pointReads.catalog().collections.values()].filter(isVisible)
  return [...new Set(visible.map(({ database }) => database))].toSorted()
}

/**
 * Opens a document file and starts the thread that writes it. One process at a time may hold a file open with
 * this; the caller sees to that with `acquireOwnership`. Others may open it `readOnly`.
 *
 * @throws `Unavailable` when the file cannot be opened, is damaged, is not ours, or has a newer format.
 */
export const openEmbedded = async (given: EmbeddedOptions): Promise<EmbeddedDocuments> => {
  const options: Options = { ...fileDefaults, readOnly: false, now: wallClock, ...given }
  const { engine, writer, close } = await openParts(options)
  let closing: Promise<void> | undefined

  const expireNow = async (): Promise<number> =>
    (await engine.write('expire', nowhere, {})).deleted ?? 0

  const expiring =
    options.expireEveryMs === 0 || options.readOnly || options.writers
      ? undefined
      : setInterval(() => void expireNow().catch(() => undefined), options.expireEveryMs).unref()

  return {
    engine: 'embedded',
    offers: async () => ({ changeStreams: options.changeLog, transactions: false }),
    database: (name): Database => openDatabase(engine, name),
    listDatabases: async () => listDatabases(engine),
    ping: async () => {
      await engine.write('ping', nowhere, {})
    },
    close: () => {
      clearInterval(expiring)
      closing ??= close()
      return closing
    },
    stats: writer.counters,
    expireNow,
  }
}
