/** One line of the table: what was measured, beside what, and what was to be reached. */
export type Row = {
  readonly what: string
  readonly measured: string
  readonly reference: string
  readonly ratio: string
  readonly reach: string
  /** By what part of the reach it was missed; 0 when it was reached. */
  readonly missed: number
}

const columns = ['what', 'measured', 'reference', 'ratio', 'reach'] as const

/** The rows as a table for a terminal, `✓` or `✗` behind each. */
export const toTable = (rows: readonly Row[]): string => {
  const head = {
    what: 'what',
    measured: 'measured',
    reference: 'reference',
    ratio: 'ratio',
    reach: 'reach',
  }
  const widths = columns.map(column =>
    Math.max(head[column].length, ...rows.map(row => row[column].length)),
  )
  const line = (row: Pick<Row, (typeof columns)[number]>): string =>
    columns.map((column, index) => row[column].padEnd(widths[index] ?? 0)).join('  ')

  return [
    line(head),
    widths.map(width => '─'.repeat(width)).join('  '),
    ...rows.map(row => `${line(row)}  ${row.missed === 0 ? '✓' : '✗ missed'}`),
  ].join('\n')
}

/** The last line: what was missed, and by how much. */
export const toVerdict = (rows: readonly Row[]): string => {
  const missed = rows
    .filter(row => row.missed > 0)
    .map(row => `${row.what} by ${percent(row.missed)}`)
  if (missed.length === 0) return `All ${rows.length} reached.`
  return `${rows.length - missed.length} of ${rows.length} reached. Missed: ${missed.join('; ')}.`
}

/** By what part of `most` a value is above it. */
export const above = (value: number, most: number): number => Math.max(0, value / most - 1)

/** By what part of `least` a value is below it. */
export const below = (value: number, least: number): number => Math.max(0, 1 - value / least)

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`
export const percent = (value: number): string => `${(value * 100).toFixed(0)} %`
export const times = (value: number): string => `${value.toFixed(2)} ×`
