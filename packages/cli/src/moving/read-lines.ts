import { isWhole, notUtf8 } from './decode.ts'
import { longestRow, type Piece, type Row, tooLong } from './row.ts'

/** Lines of JSON; empty ones are passed over. */
export const readLines = async function* (
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Row, void, void> {
  let row = 0
  let rest = ''
  let isTooLong = false

  let bytes = 0
  const toRow = (text: string): Row | undefined => {
    row += 1
    bytes += Buffer.byteLength(text) + 1
    const wasTooLong = isTooLong || text.length > longestRow
    isTooLong = false
    if (wasTooLong) return { row, bytes, problem: tooLong }
    if (!isWhole(text)) return { row, bytes, problem: notUtf8 }
    return text.trim() === '' ? undefined : { row, bytes, line: text }
  }

  for await (const { text } of pieces) {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const found = toRow(part)
      if (found) yield found
    }
    if (rest.length <= longestRow) continue
    isTooLong = true
    bytes += rest.length
    rest = ''
  }
  const last = rest === '' && !isTooLong ? undefined : toRow(rest)
  if (last) yield last
}
