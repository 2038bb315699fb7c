import { Readable } from 'node:stream'
import { CliError } from '../errors.ts'
import { columnNames, toLine, unknownColumns } from './csv-columns.ts'
import { longestRow, type Piece, type Row } from './row.ts'

const problemOf = (error: unknown): string =>
  `cannot be read, nor what comes after it: ${error instanceof Error ? error.message : String(error)}`

const checkHeading = (heading: readonly string[], file: string): void => {
  const unknown = unknownColumns(heading)
  if (unknown.length === 0) return
  throw new CliError('columnsUnknown', {
    file,
    names: unknown.join(', '),
    known: columnNames.join(', '),
  })
}

/**
 * Rows below a heading. What follows a quote that never ends cannot be told apart any more: it is one refused row.
 *
 * @throws CliError `columnsUnknown`
 */
export const readCsv = async function* (
  pieces: AsyncIterable<Piece>,
  file: string,
): AsyncGenerator<Row, void, void> {
  const { parse } = await import('csv-parse')
  let bytes = 0
  const counted = async function* (): AsyncGenerator<string, void, void> {
    for await (const piece of pieces) {
      bytes = piece.bytes
      yield piece.text
    }
  }
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: longestRow,
  })
  const source = Readable.from(counted())
  source.on('error', error => parser.destroy(error))
  let heading: readonly string[] | undefined
  let row = 0
  try {
    for await (const cells of source.pipe(parser) as AsyncIterable<readonly string[]>) {
      row += 1
      if (heading) yield { row, bytes, ...toLine(heading, cells) }
      else checkHeading(cells, file)
      heading ??= cells.map(name => name.trim())
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    yield { row: row + 1, bytes, problem: problemOf(error) }
  }
}
