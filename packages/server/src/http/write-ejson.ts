import { stringifyEjson } from '@regent/protocol'

const sliceMs = 4

let last: Promise<void> = Promise.resolve()

/** Resolves in a turn of the event loop that no other long list has. */
const nextTurn = (): Promise<void> => {
  last = last.then(() => new Promise<void>(resolve => setImmediate(resolve)))
  return last
}

const join = (parts: readonly string[]): string => `[${parts.join(',')}]`

/** Writes items until the slice is over; gives how many are written. */
const writeSlice = (list: readonly unknown[], parts: string[]): number => {
  const startedAt = performance.now()
  for (let at = parts.length; at < list.length; at += 1) {
    parts.push(stringifyEjson(list[at]))
    if (performance.now() - startedAt >= sliceMs) break
  }
  return parts.length
}

const writeRest = async (list: readonly unknown[], parts: string[]): Promise<string> => {
  do await nextTurn()
  while (writeSlice(list, parts) < list.length)
  return join(parts)
}

/** Canonical extended JSON of a BSON value. Long lists, and those of large items, leave room for others' work. */
export const writeEjson = (value: unknown): string | Promise<string> => {
  if (!Array.isArray(value)) return stringifyEjson(value)
  const parts: string[] = []
  return writeSlice(value, parts) === value.length ? join(parts) : writeRest(value, parts)
}
