import { isWhole, notUtf8 } from './decode.ts'
import { longestRow, type Piece, type Row, tooLong } from './row.ts'

const quote = 34
const backslash = 92
const openBrace = 123
const closeBrace = 125

/**
 * The objects of JSON lists, one list or several behind each other, as the Admin API answers them page by page. Nothing
 * but the object at hand is kept.
 */
export const readList = async function* (
  pieces: AsyncIterable<Piece>,
): AsyncGenerator<Row, void, void> {
  const scan = openScanner()
  let row = 0
  let read = 0
  for await (const { text, bytes } of pieces) {
    read = bytes
    for (const found of scan.take(text)) {
      row += 1
      if (found === undefined) yield { row, bytes, problem: tooLong }
      else if (!isWhole(found)) yield { row, bytes, problem: notUtf8 }
      else yield { row, bytes, line: found.replace(/[\n\r]+/g, ' ') }
    }
  }
  if (scan.isInside()) yield { row: row + 1, bytes: read, problem: 'is cut off' }
}

/** Finds where objects begin and end, over pieces; `undefined` for one that is too long. */
const openScanner = () => {
  let depth = 0
  let isText = false
  let isEscaped = false
  let object = ''
  let isTooLong = false

  /** True when the character ends an object of the list. */
  const step = (code: number): boolean => {
    if (isEscaped) isEscaped = false
    else if (isText && code === backslash) isEscaped = true
    else if (code === quote) isText = !isText
    else if (!isText && code === openBrace) depth += 1
    else if (!isText && code === closeBrace && depth > 0) {
      depth -= 1
      return depth === 0
    }
    return false
  }

  const keep = (text: string): void => {
    if (!isTooLong) object += text
    if (object.length <= longestRow) return
    isTooLong = true
    object = ''
  }

  return {
    take: function* (text: string): Generator<string | undefined, void, void> {
      let from = depth > 0 ? 0 : -1
      for (let at = 0; at < text.length; at++) {
        const isOutside = depth === 0
        const isEnd = step(text.charCodeAt(at))
        if (isOutside && depth === 1) from = at
        if (isOutside && depth === 0) isText = false
        if (!isEnd) continue
        keep(text.slice(from, at + 1))
        yield isTooLong ? undefined : object
        object = ''
        isTooLong = false
        from = -1
      }
      if (from >= 0) keep(text.slice(from))
    },
    isInside: () => depth > 0,
  }
}
