import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { CliError } from '../errors.ts'
import { openDecoder } from './decode.ts'
import { readCsv } from './read-csv.ts'
import { readLines } from './read-lines.ts'
import { readList } from './read-list.ts'
import type { Piece, Rows } from './row.ts'

export type UserFile = {
  readonly size: number
  readonly modifiedMs: number
  readonly format: 'json lines' | 'json list' | 'csv'
  readonly rows: Rows
}

const pieces = async function* (path: string): AsyncGenerator<Piece, void, void> {
  const decoder = openDecoder()
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 65_536 })) {
    const isFirst = bytes === 0
    bytes += (chunk as Buffer).length
    const text = decoder.write(chunk as Buffer)
    yield { text: isFirst ? text.replace(/^\ufeff/, '') : text, bytes }
  }
  yield { text: decoder.end(), bytes }
}

/** By the first character that says something. */
const findFormat = async (path: string): Promise<UserFile['format']> => {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0)
    const head = buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .trimStart()
    if (head.startsWith('[')) return 'json list'
    return head.startsWith('{') ? 'json lines' : 'csv'
  } finally {
    await file.close()
  }
}

/**
 * A file of users: lines of JSON, lists as the Admin API answers them, or CSV with a heading. Read as it is needed.
 *
 * @throws CliError `fileUnreadable`
 */
export const openRows = async (path: string, shown: string): Promise<UserFile> => {
  try {
    const { size, mtimeMs } = await stat(path)
    const format = await findFormat(path)
    const read = { 'json lines': readLines, 'json list': readList, csv: readCsv }[format]
    return { size, modifiedMs: mtimeMs, format, rows: read(pieces(path), shown) }
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('fileUnreadable', { file: shown, detail }, { cause })
  }
}
