import type { Terminal } from './terminal.ts'

/** Text of others in one line of a terminal: control characters, which could move its cursor, become `?`. */
export const toLine = (text: string): string => text.replace(/\p{Cc}/gu, '?')

/** As `toLine`, but line ends stay. */
export const toLines = (text: string): string =>
  text.replace(/\r\n/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '?')

/** A time as people read it, in this machine's zone. */
export const toTime = (date: Date): string =>
  date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'medium' })

/** `1 document`, `2,000 documents`. */
export const toCount = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`

export const writeJson = ({ write }: Terminal, value: unknown): void =>
  write(`${JSON.stringify(value, undefined, 2)}\n`)

/** Rows under their headings, columns as wide as they need. */
export const writeTable = (
  { write, paint }: Terminal,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void => {
  const lines = [headings, ...rows].map(row => row.map(toLine))
  const widths = headings.map((_, column) =>
    Math.max(...lines.map(row => row[column]?.length ?? 0)),
  )
  for (const [index, row] of lines.entries()) {
    const text = row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
    write(`${index === 0 ? paint('dim', text) : text}\n`)
  }
}

/** Names and values, one pair a line. */
export const writeFields = (
  { write, paint }: Terminal,
  fields: readonly (readonly [name: string, value: string])[],
): void => {
  const width = Math.max(...fields.map(([name]) => name.length))
  for (const [name, value] of fields) {
    write(`${paint('dim', name.padEnd(width))}  ${toLine(value)}\n`)
  }
}
