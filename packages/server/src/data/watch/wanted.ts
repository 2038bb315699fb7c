import type { Document } from 'bson'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import { keyOf } from './placement.ts'

/** Says whether a change event is one that its reader asked for. Sees the event as its reader does. */
export type Wanted = {
  (event: Document): boolean
  /** Of how many parts the filter is. */
  readonly parts: number
}

const hasId = (ids: readonly unknown[]): ((event: Document) => boolean) => {
  const keys = new Set(ids.map(keyOf))
  return ({ documentKey }) => documentKey?._id !== undefined && keys.has(keyOf(documentKey._id))
}

/** A value is looked up in a list of values: long ones cost little more. */
const mostOfList = 10

const partsOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return value === undefined ? 0 : 1
  return Object.entries(value).reduce((sum, [name, inner]) => {
    const parts = partsOf(inner)
    return sum + (/^\$n?in$/.test(name) ? Math.min(parts, mostOfList) : parts)
  }, 0)
}

/**
 * What `ids` and `filter` ask for together. Users' filters have no patterns and no expressions, so that one event is
 * looked at in microseconds, but for one with long lists (`load.ts`).
 *
 * @throws DocumentsError for a filter that MongoDB refuses
 */
export const compileWanted = ({
  ids,
  filter,
}: {
  readonly ids?: readonly unknown[] | undefined
  readonly filter?: Document | undefined
}): Wanted => {
  const isOneOf = ids && hasId(ids)
  const matcher = filter && compileFilter(filter)
  const isWanted = (event: Document): boolean =>
    (isOneOf?.(event) ?? true) && (matcher?.matches(event) ?? true)
  return Object.assign(isWanted, { parts: partsOf(filter) })
}
