import { StringDecoder } from 'node:string_decoder'

const unknown = '\ufffd'
const unknownBytes = Buffer.from(unknown)
/** No character, and meant for marks like this one: no text that is exchanged has it. */
const broken = '\uffff'

const countIn = (text: string | Buffer, part: string | Buffer): number => {
  let count = 0
  for (let at = text.indexOf(part as string); at >= 0; at = text.indexOf(part as string, at + 1))
    count += 1
  return count
}

/** True for text that was made of bytes that are UTF-8. */
export const isWhole = (text: string): boolean => !text.includes(broken)

/** What a row says that `isWhole` is not true of. */
export const notUtf8 = 'holds bytes that are not UTF-8'

/** From bytes to text; where they are not UTF-8 the text is not `isWhole`, instead of holding a question mark. */
export const openDecoder = (): { write(chunk: Buffer): string; end(): string } => {
  const decoder = new StringDecoder('utf8')
  let tail: Buffer = Buffer.alloc(0)

  const mark = (text: string, bytes: Buffer): string =>
    countIn(text, unknown) > countIn(bytes, unknownBytes) ? text.replaceAll(unknown, broken) : text

  return {
    write: chunk => {
      const text = decoder.write(chunk)
      if (!text.includes(unknown)) {
        tail = chunk.subarray(-2)
        return text
      }
      const marked = mark(text, Buffer.concat([tail, chunk]))
      tail = chunk.subarray(-2)
      return marked
    },
    end: () => mark(decoder.end(), Buffer.alloc(0)),
  }
}
