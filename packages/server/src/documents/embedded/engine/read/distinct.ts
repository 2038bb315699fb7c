import type { Document } from 'bson'
import { toBytes } from '../../values/bytes.ts'
import { encodeKey } from '../../values/key.ts'
import { compileWalk, parsePath } from '../../values/path.ts'
import { eachMatch, type Source } from './find.ts'

/** The different values at a path, arrays taken apart, as documents `{ value }`. */
export const distinctValues = (
  source: Source,
  { field, filter }: { field: string; filter: Document },
): Uint8Array[] => {
  const seen = new Set<string>()
  const answers: Uint8Array[] = []

  const add = (value: unknown): void => {
    const key = Buffer.from(encodeKey([value], [1])).toString('latin1')
    if (seen.has(key)) return
    seen.add(key)
    const bytes = toBytes({ value })
    source.meter.given(bytes.length)
    answers.push(bytes)
  }

  const collect = (value: unknown): boolean => {
    if (Array.isArray(value)) value.forEach(add)
    else if (value !== undefined) add(value)
    return false
  }

  const walk = compileWalk(parsePath(field), collect, false)
  for (const { doc } of eachMatch(source, { filter })) walk(doc)
  return answers
}
