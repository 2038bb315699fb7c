import { typeName } from '../../values/compare.ts'
import type { Lane } from '../messages.ts'

const slowOperators: ReadonlySet<string> = new Set(['$regex', '$expr', '$jsonSchema', '$where'])

/** True when one document can keep a filter busy for as long as it likes: a pattern or an expression. */
const mayBeEndless = (filter: unknown, depth = 0): boolean => {
  if (depth > 20 || typeName(filter) === 'regex') return true
  if (Array.isArray(filter)) return filter.some(inner => mayBeEndless(inner, depth + 1))
  if (typeName(filter) !== 'object') return false
  return Object.entries(filter as Record<string, unknown>).some(
    ([name, inner]) => slowOperators.has(name) || mayBeEndless(inner, depth + 1),
  )
}

/** A read starts as a quick one unless it looks slow; one that turns out to be slow is moved. */
export const laneOf = (filter: unknown): Lane => (mayBeEndless(filter) ? 'slow' : 'quick')
