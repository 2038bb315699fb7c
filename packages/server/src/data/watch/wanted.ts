import type { Document } from 'bson'
import { compileFilter } from '../../documents/embedded/query/matcher.ts'
import { keyOf } from './placement.ts'

/** Says whether a change event is one that its reader asked for. Sees the event as its reader does. */
export type Wanted = (event: Document) => boolean

const hasId = (ids: readonly unknown[]): Wanted => {
  const keys = new Set(ids.map(keyOf))
  return ({ documentKey }) => documentKey?._id !== undefined && keys.has(keyOf(documentKey._id))
}

/**
 * What `ids` and `filter` ask for together. Users' filters have no patterns and no expressions, so that one event is
 * looked at in microseconds.
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
  return event => (isOneOf?.(event) ?? true) && (matcher?.matches(event) ?? true)
}
