import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** In UTF-16 units. */
const longestLine = 1_048_576

/** The lines of a text that comes in pieces; of one that is too long nothing is kept. */
const openSplitter = () => {
  let rest = ''
  let isTooLong = false

  const end = (last: string): string | undefined => {
    const line = isTooLong || rest.length + last.length > longestLine ? undefined : rest + last
    rest = ''
    isTooLong = false
    return line
  }

  return {
    take: (piece: string): (string | undefined)[] => {
      const parts = piece.split('\n')
      const last = parts.pop() ?? ''
      const lines = parts.map(end)
      isTooLong ||= rest.length + last.length > longestLine
      rest = isTooLong ? '' : rest + last
      return lines
    },
    end: (): (string | undefined)[] => (rest === '' && !isTooLong ? [] : [end('')]),
  }
}

/**
 * The lines of a body, one at a time, however they were cut into pieces; `undefined` for one of more than a million
 * characters. Bytes that are no UTF-8 become replacement characters. Whoever stops early leaves a body that is read to
 * its end all the same, so that the answer can go out.
 */
export const linesOf = async function* (
  body: Readable,
): AsyncGenerator<string | undefined, void, void> {
  const decoder = new StringDecoder('utf8')
  const { take, end } = openSplitter()
  try {
    for await (const piece of body.iterator({ destroyOnReturn: false })) {
      yield* take(decoder.write(piece as Buffer))
    }
    yield* take(decoder.end())
    yield* end()
  } finally {
    body.resume()
  }
}
