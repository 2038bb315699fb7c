import { stringifyEjson } from '@regent/protocol'

const sliceMs = 4
/** A list as short as this is written at once. */
const short = 16

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const writeList = async (list: readonly unknown[]): Promise<string> => {
  const parts: string[] = []
  let startedAt = performance.now()
  for (const item of list) {
    parts.push(stringifyEjson(item))
    if (performance.now() - startedAt < sliceMs) continue
    await breathe()
    startedAt = performance.now()
  }
  return `[${parts.join(',')}]`
}

/** Canonical extended JSON of a BSON value. Long lists leave room for other work in between. */
export const writeEjson = (value: unknown): string | Promise<string> =>
  Array.isArray(value) && value.length > short ? writeList(value) : stringifyEjson(value)
