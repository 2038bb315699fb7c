/** One line of the table: what was measured, beside what, and what was to be reached. */
export type Row = {
  readonly what: string
  readonly measured: string
  readonly reference: string
  readonly ratio: string
  readonly reach: string
  readonly reached: boolean
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
    ...rows.map(row => `${line(row)}  ${row.reached ? '✓' : '✗ missed'}`),
  ].join('\n')
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en')
export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`
export const percent = (value: number): string => `${(value * 100).toFixed(0)} %`
export const times = (value: number): string => `${value.toFixed(2)} ×`
