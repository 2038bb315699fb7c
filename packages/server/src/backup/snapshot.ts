import { createHash } from 'node:crypto'
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

/** A copy of a file of the data folder. */
export type FileCopy = {
  /** Path below the data folder, with forward slashes. */
  readonly name: string
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

export type SnapshotOptions = {
  readonly folder: string
  /** Folder, below the data folder or elsewhere, that copies are put in. It is made. */
  readonly into: string
}

/** What a writer waits for at most: it would give up after 5 seconds. */
const longestHoldMs = 1_000
const longestTryMs = 30_000
const stepMs = 0.2

/** What is of this one process or machine, is made again, or is a copy already. */
const isLeftOut = (name: string): boolean =>
  /^(lock\.db|server\.json|operator\.key$)/.test(name) ||
  /^(backup|restore|replaced|backups)([-.].*)?(\/|$)/.test(name) ||
  /^apps\/[^/]+\/functions(\/|$)/.test(name) ||
  /(-(wal|shm|journal)|\.tar|\.tar\.part)$/.test(name)

/** Files below the folder that a backup holds, in order. */
const listFiles = (folder: string, below = ''): string[] =>
  readdirSync(join(folder, below), { withFileTypes: true })
    .flatMap(entry => {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (isLeftOut(name)) return []
      if (entry.isDirectory()) return listFiles(folder, name)
      return entry.isFile() ? [name] : []
    })
    .toSorted()

const isDatabase = (name: string): boolean => name.endsWith('.db')

const pause = new Int32Array(new SharedArrayBuffer(4))

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5

/**
 * Takes the place of the file's writer; `false` when it could not by then. Tries far more often than the engine would:
 * between two commits is little time.
 */
const tryHold = (writer: DatabaseSync, until: number): boolean => {
  for (;;) {
    try {
      writer.exec('BEGIN IMMEDIATE')
      return true
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    if (performance.now() > until) return false
    Atomics.wait(pause, 0, 0, stepMs)
  }
}

type Opened = {
  readonly name: string
  readonly writer: DatabaseSync
  readonly reader: DatabaseSync
}

const openFile = (folder: string, name: string): Opened => {
  const path = join(folder, name)
  const writer = new DatabaseSync(path, { timeout: 0 })
  const reader = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  return { name, writer, reader }
}

const closeFile = ({ writer, reader }: Opened): void => {
  reader.close()
  writer.close()
}

/** Runs the work while nobody writes any of the files; `false` when they could not all be held. */
const whileHeld = (files: readonly Opened[], work: () => void): boolean => {
  const held: Opened[] = []
  try {
    const until = performance.now() + longestHoldMs
    for (const file of files) {
      if (!tryHold(file.writer, until)) return false
      held.push(file)
    }
    work()
    return true
  } finally {
    for (const { writer } of held) writer.exec('ROLLBACK')
  }
}

const copyPlain = ({ folder, into }: SnapshotOptions, name: string): void => {
  mkdirSync(dirname(join(into, name)), { recursive: true, mode: 0o700 })
  copyFileSync(join(folder, name), join(into, name))
}

const namesOf = (files: readonly Opened[]): string => files.map(({ name }) => name).join('\n')

/**
 * Fixes one moment for all files: from then on each reader sees its file as it was, whatever is written. Files that are
 * no databases are copied in that moment, keys above all.
 */
const fixMoment = (options: SnapshotOptions): { opened: Opened[]; plain: string[] } => {
  const until = performance.now() + longestTryMs
  for (;;) {
    const names = listFiles(options.folder)
    const opened = names.filter(isDatabase).map(name => openFile(options.folder, name))
    let plain: string[] = []
    try {
      const isDone = whileHeld(opened, () => {
        const now = listFiles(options.folder)
        if (now.filter(isDatabase).join('\n') !== namesOf(opened)) return
        for (const { reader } of opened) {
          reader.exec('BEGIN')
          reader.prepare('SELECT count(*) FROM sqlite_schema').get()
        }
        plain = now.filter(name => !isDatabase(name))
        for (const name of plain) copyPlain(options, name)
      })
      if (isDone && opened.every(({ reader }) => reader.isTransaction)) return { opened, plain }
    } catch (error) {
      for (const file of opened) closeFile(file)
      throw error
    }
    for (const file of opened) closeFile(file)
    if (performance.now() > until) throw new Error('the files are written without a pause')
  }
}

const digestOf = (path: string): string => {
  const digest = createHash('sha256')
  const buffer = Buffer.alloc(2 ** 20)
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const read = readSync(file, buffer)
      if (read === 0) return digest.digest('hex')
      digest.update(buffer.subarray(0, read))
    }
  } finally {
    closeSync(file)
  }
}

const describe = (into: string, name: string): FileCopy => {
  const path = join(into, name)
  return { name, path, size: statSync(path).size, sha256: digestOf(path) }
}

/** Copies every file of a data folder as of one moment, while others write them. */
export const copyFolder = async (
  options: SnapshotOptions,
  onCopied: (name: string) => void = () => {},
): Promise<FileCopy[]> => {
  const { into } = options
  if (!existsSync(into)) mkdirSync(into, { recursive: true, mode: 0o700 })
  const { opened, plain } = fixMoment(options)
  try {
    for (const { name, reader } of opened) {
      mkdirSync(dirname(join(into, name)), { recursive: true, mode: 0o700 })
      await backup(reader, join(into, name), { rate: 2_000 })
      onCopied(name)
    }
  } finally {
    for (const file of opened) closeFile(file)
  }
  return [...plain, ...opened.map(({ name }) => name)].map(name => describe(into, name))
}
