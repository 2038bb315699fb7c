/** Text that is no JSON: where it stops being JSON, counted from 1, and what is wrong there. */
export type JsonTextProblem = {
  readonly line: number
  readonly column: number
  readonly message: string
}

type JsonText =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: JsonTextProblem }

const maxDepth = 500

class Stop extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

/** Reads JSON as `JSON.parse` does, and says of text that is none where and why. */
export const readJsonText = (text: string): JsonText => {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch (error) {
    return { problem: locate(text, error) }
  }
}

const locate = (text: string, error: unknown): JsonTextProblem => {
  const { offset, message } = findStop(text) ?? {
    offset: 0,
    message: error instanceof Error ? error.message : 'is no JSON',
  }
  const before = text.slice(0, offset)
  return {
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
    message,
  }
}

const findStop = (text: string): Stop | undefined => {
  try {
    const end = skipSpace(text, readValue(text, skipSpace(text, 0), 0))
    return end < text.length ? new Stop(end, 'nothing may follow the value') : undefined
  } catch (error) {
    if (error instanceof Stop) return error
    throw error
  }
}

const skipSpace = (text: string, from: number): number => {
  let at = from
  while (at < text.length && ' \t\r\n'.includes(text[at] as string)) at++
  return at
}

const fail = (text: string, at: number, expected: string): never => {
  const found = text[at]
  if (found === undefined) throw new Stop(at, `the file ends too early, expected ${expected}`)
  if (found === '/') throw new Stop(at, 'JSON has no comments')
  if (found === "'") throw new Stop(at, 'JSON strings need double quotes')
  throw new Stop(at, `expected ${expected}, found ${JSON.stringify(found)}`)
}

/** Each reader takes the offset where its value starts and answers the offset behind it. */
const readValue = (text: string, at: number, depth: number): number => {
  if (depth > maxDepth) throw new Stop(at, `nested deeper than ${maxDepth}`)
  const first = text[at]
  if (first === '{') return readMembers(text, at, depth)
  if (first === '[') return readItems(text, at, depth)
  if (first === '"') return readString(text, at)
  const word = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y
  word.lastIndex = at
  return word.test(text) ? word.lastIndex : fail(text, at, 'a value')
}

const readMembers = (text: string, start: number, depth: number): number => {
  let at = skipSpace(text, start + 1)
  if (text[at] === '}') return at + 1
  while (true) {
    if (text[at] === '}') throw new Stop(at, 'a comma before } is one too many')
    if (text[at] !== '"') fail(text, at, 'a field name in double quotes')
    at = skipSpace(text, readString(text, at))
    if (text[at] !== ':') fail(text, at, 'a colon')
    at = skipSpace(text, readValue(text, skipSpace(text, at + 1), depth + 1))
    if (text[at] === '}') return at + 1
    if (text[at] !== ',') fail(text, at, 'a comma or }')
    at = skipSpace(text, at + 1)
  }
}

const readItems = (text: string, start: number, depth: number): number => {
  let at = skipSpace(text, start + 1)
  if (text[at] === ']') return at + 1
  while (true) {
    if (text[at] === ']') throw new Stop(at, 'a comma before ] is one too many')
    at = skipSpace(text, readValue(text, at, depth + 1))
    if (text[at] === ']') return at + 1
    if (text[at] !== ',') fail(text, at, 'a comma or ]')
    at = skipSpace(text, at + 1)
  }
}

const readString = (text: string, start: number): number => {
  const body = /[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/uy
  let at = start + 1
  while (text[at] !== '"') {
    body.lastIndex = at
    if (!body.test(text)) {
      if (text[at] === '\\') throw new Stop(at, 'no such escape in JSON')
      if (text[at] === '\n' || text[at] === undefined)
        throw new Stop(start, 'the string never ends')
      throw new Stop(at, 'a control character must be escaped')
    }
    at = body.lastIndex
  }
  return at + 1
}
