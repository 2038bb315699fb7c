import { stringifyEjson } from '@regent/protocol'

const sliceMs = 4

let last: Promise<void> = Promise.resolve()

/** Resolves in a turn of the event loop that no other long list has. */
const nextTurn = (): Promise<void> => {
  last = last.then(() => new Promise<void>(resolve => setImmediate(resolve)))
  return last
}

type Slice = { readonly text: string; readonly end: number }

/** Items from `start` on, until the slice is over. */
const writeSlice = (list: readonly unknown[], start: number): Slice => {
  const startedAt = performance.now()
  const parts: string[] = []
  let at = start
  while (at < list.length) {
    parts.push(stringifyEjson(list[at]))
    at += 1
    if (performance.now() - startedAt >= sliceMs) break
  }
  return { text: parts.join(','), end: at }
}

/** As bytes: a text of many megabytes would be copied twice more on its way to the socket. */
const writeRest = async (list: readonly unknown[], first: Slice): Promise<Buffer> => {
  const parts = [Buffer.from(`[${first.text}`)]
  for (let at = first.end; at < list.length; ) {
    await nextTurn()
    const { text, end } = writeSlice(list, at)
    parts.push(Buffer.from(`,${text}`))
    at = end
  }
  parts.push(Buffer.from(']'))
  return Buffer.concat(parts)
}

/** Canonical extended JSON of a BSON value. Long lists, and those of large items, leave room for others' work. */
export const writeEjson = (value: unknown): string | Promise<Buffer> => {
  if (!Array.isArray(value)) return stringifyEjson(value)
  const first = writeSlice(value, 0)
  return first.end === value.length ? `[${first.text}]` : writeRest(value, first)
}
