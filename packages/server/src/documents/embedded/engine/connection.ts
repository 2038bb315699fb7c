import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { DocumentsError } from '../../error.ts'
import { toDocumentsError } from './failure.ts'

/** Raised by one whenever an older server could not read the file any more. */
export const formatVersion = 1

/** `RGNT`: tells our files from other SQLite files. */
const applicationId = 0x52474e54

const maxStatements = 500

/** As much of a file is read without a system call for each page: a point read among a million takes 0.7 of the time. */
const mappedBytes = 2 ** 30

/** One connection to a document file with its prepared statements. */
export type Connection = {
  readonly database: DatabaseSync
  /** The statement for `sql`, prepared once. */
  statement(sql: string): StatementSync
  /** A statement for `sql` that nobody else uses until it is given back. */
  take(sql: string): StatementSync
  give(sql: string, statement: StatementSync): void
  close(): void
}

const connect = (path: string, readOnly: boolean): Connection => {
  const database = new DatabaseSync(path, { readOnly, timeout: 5_000 })
  const statements = new Map<string, StatementSync>()
  const idle = new Map<string, StatementSync>()

  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    if (statements.size >= maxStatements) statements.clear()
    const prepared = database.prepare(sql)
    statements.set(sql, prepared)
    return prepared
  }

  const take = (sql: string): StatementSync => {
    const known = idle.get(sql)
    idle.delete(sql)
    return known ?? database.prepare(sql)
  }

  const give = (sql: string, used: StatementSync): void => {
    if (idle.size >= maxStatements) idle.clear()
    idle.set(sql, used)
  }

  const close = (): void => {
    statements.clear()
    idle.clear()
    if (database.isOpen) database.close()
  }

  return { database, statement, take, give, close }
}

/**
 * A connection that sees what was committed before each of its transactions began.
 *
 * @param cacheKib most memory for pages; it fills as pages are read
 */
export const openReader = (path: string, cacheKib = 4_000): Connection => {
  const connection = connect(path, true)
  connection.database.exec(
    `PRAGMA query_only = 1; PRAGMA mmap_size = ${mappedBytes}; PRAGMA cache_size = -${cacheKib}`,
  )
  return connection
}

/** The connection that writes. Checkpoints are made by its owner, not inside a commit. */
export const openWriter = (path: string): Connection => {
  const connection = connect(path, false)
  connection.database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
  `)
  return connection
}

const schema = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE collections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, database TEXT NOT NULL, name TEXT NOT NULL,
    UNIQUE (database, name)
  );
  CREATE TABLE indexes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, collection INTEGER NOT NULL, name TEXT NOT NULL,
    definition BLOB NOT NULL, multikey INTEGER NOT NULL DEFAULT 0, ready INTEGER NOT NULL DEFAULT 0,
    UNIQUE (collection, name)
  );
  CREATE TABLE changes (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event BLOB NOT NULL
  );
  INSERT INTO meta VALUES ('catalog', 1), ('log', lower(hex(randomblob(8))));
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${formatVersion};
`

const pragma = (database: DatabaseSync, name: string): number =>
  Number(database.prepare(`PRAGMA ${name}`).get()?.[name])

const checkFormat = (database: DatabaseSync, path: string): 'new' | 'known' => {
  const version = pragma(database, 'user_version')
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n
  if (tables === 0 && version === 0) return 'new'
  if (pragma(database, 'application_id') !== applicationId) {
    throw new DocumentsError('Unavailable', `${path} is a database of another program`)
  }
  if (version > formatVersion) {
    throw new DocumentsError(
      'Unavailable',
      `${path} was written by a newer version (format ${version}); this one reads format ${formatVersion}`,
    )
  }
  return 'known'
}

/** A log with a gap in it is worthless: when logging ends, the log goes, and its tokens with it. */
const switchChangeLog = (database: DatabaseSync, changeLog: boolean): void => {
  const known = database.prepare("SELECT value FROM meta WHERE key = 'changeLog'").get()?.value
  if (Number(known ?? 0) === Number(changeLog)) return
  database.exec(`
    BEGIN IMMEDIATE;
    DELETE FROM changes;
    INSERT OR REPLACE INTO meta VALUES
      ('changeLog', ${Number(changeLog)}), ('log', lower(hex(randomblob(8))));
    COMMIT;
  `)
}

/** Not `recursive`: that option never returns where the system keeps saying that a parent is missing (`/proc`). */
export const makeFolder = (path: string): void => {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * Makes the file if there is none (`0600`, in a folder that is made `0700`), or checks that it is ours.
 *
 * @throws `Unavailable` when the file cannot be opened, is damaged, or has a newer format.
 */
export const prepareFile = (path: string, { changeLog }: { changeLog: boolean }): void => {
  let connection: Connection | undefined
  try {
    makeFolder(dirname(path))
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600))
    chmodSync(path, 0o600)
    connection = openWriter(path)
    const { database } = connection
    if (checkFormat(database, path) === 'new') {
      database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`)
    }
    switchChangeLog(database, changeLog)
  } catch (error) {
    throw openFailure(error, path)
  } finally {
    connection?.close()
  }
}

/** @throws `Unavailable` when there is no such file, or it is one that `prepareFile` would refuse. */
export const checkFile = (path: string): void => {
  let connection: Connection | undefined
  try {
    connection = openReader(path)
    if (checkFormat(connection.database, path) === 'known') return
  } catch (error) {
    throw openFailure(error, path)
  } finally {
    connection?.close()
  }
  throw new DocumentsError('Unavailable', `${path} is empty`)
}

const openFailure = (error: unknown, path: string): Error => {
  if (error instanceof Error && 'syscall' in error) {
    return new DocumentsError('Unavailable', `${path} cannot be opened: ${error.message}`, {
      cause: error,
    })
  }
  return toDocumentsError(error, path)
}
