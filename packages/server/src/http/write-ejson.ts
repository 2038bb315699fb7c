import { stringifyEjson } from '@regent/protocol'
import { Binary } from 'bson'

const sliceMs = 4
/** So many values take less than a slice. */
const fewValues = 2_000
/** What takes as long as a value. */
const fewCharacters = 128

type Stringify = (value: unknown) => string

let last: Promise<void> = Promise.resolve()

/** Resolves in a turn of the event loop that no other long result has. */
const nextTurn = (): Promise<void> => {
  last = last.then(() => new Promise<void>(resolve => setImmediate(resolve)))
  return last
}

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value)))

/** Of how many values it is, counted as long as they are few. */
const countValues = (value: unknown, most: number): number => {
  if (typeof value === 'string') return 1 + Math.floor(value.length / fewCharacters)
  if (value instanceof Binary) return 1 + Math.floor(value.length() / fewCharacters)
  if (!isContainer(value)) return 1
  const inner: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  let count = 1
  for (let at = 0; at < inner.length && count <= most; at += 1) {
    count += countValues(inner[at], most - count)
  }
  return count
}

/** Up to where values of a list are few together; `from` itself when the first is large alone. */
const endOfRun = (list: readonly unknown[], from: number): number => {
  let left = fewValues
  let at = from
  for (; at < list.length; at += 1) {
    left -= countValues(list[at], left)
    if (left < 0) break
  }
  return at
}

/** The text of a value in parts, each of few values. */
function* partsOf(value: unknown, stringify: Stringify): Generator<string> {
  if (!isContainer(value) || countValues(value, fewValues) <= fewValues) {
    yield stringify(value)
    return
  }
  const names = Array.isArray(value) ? undefined : Object.keys(value)
  const list: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
  const run = (from: number, to: number): unknown =>
    names === undefined
      ? list.slice(from, to)
      : Object.fromEntries(names.slice(from, to).map((name, at) => [name, list[from + at]]))

  yield names === undefined ? '[' : '{'
  let comma = ''
  for (let from = 0; from < list.length; ) {
    const to = endOfRun(list, from)
    if (to === from) {
      yield names === undefined ? comma : `${comma}${JSON.stringify(names[from])}:`
      yield* partsOf(list[from], stringify)
      comma = ','
      from += 1
      continue
    }
    const inside = stringify(run(from, to)).slice(1, -1)
    if (inside !== '') {
      yield comma + inside
      comma = ','
    }
    from = to
  }
  yield names === undefined ? ']' : '}'
}

type Slice = { readonly text: string; readonly isLast: boolean }

const takeSlice = (parts: Iterator<string>): Slice => {
  const startedAt = performance.now()
  const taken: string[] = []
  for (;;) {
    const { value, done } = parts.next()
    if (done === true) return { text: taken.join(''), isLast: true }
    taken.push(value)
    if (performance.now() - startedAt >= sliceMs) return { text: taken.join(''), isLast: false }
  }
}

/** As bytes: a text of many megabytes would be copied twice more on its way to the socket. */
const writeRest = async (parts: Iterator<string>, first: Slice): Promise<Buffer> => {
  const written = [Buffer.from(first.text)]
  for (let slice = first; !slice.isLast; ) {
    await nextTurn()
    slice = takeSlice(parts)
    written.push(Buffer.from(slice.text))
  }
  return Buffer.concat(written)
}

/**
 * Canonical extended JSON of a BSON value, or what `stringify` makes of it. Whatever is large leaves room for others'
 * work.
 */
export const writeEjson = (
  value: unknown,
  stringify: Stringify = stringifyEjson,
): string | Promise<Buffer> => {
  const parts = partsOf(value, stringify)
  const first = takeSlice(parts)
  return first.isLast ? first.text : writeRest(parts, first)
}
