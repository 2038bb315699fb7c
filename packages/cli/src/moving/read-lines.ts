import { longestRow, type Piece, type Row, tooLong } from './row.ts'

/** Lines of JSON; empty ones are passed over. */
export const readLines = async function* (
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Row, void, void> {
  let row = 0
  let rest = ''
  let isTooLong = false

  const toRow = (text: string, bytes: number): Row | undefined => {
    row += 1
    const wasTooLong = isTooLong || text.length > longestRow
    isTooLong = false
    if (wasTooLong) return { row, bytes, problem: tooLong }
    return text.trim() === '' ? undefined : { row, bytes, line: text }
  }

  let read = 0
  for await (const { text, bytes } of pieces) {
    read = bytes
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const found = toRow(part, bytes)
      if (found) yield found
    }
    if (rest.length <= longestRow) continue
    isTooLong = true
    rest = ''
  }
  const last = rest === '' && !isTooLong ? undefined : toRow(rest, read)
  if (last) yield last
}
