import type { Document } from 'bson'
import { laneOf } from '../../../documents/embedded/engine/threads/lane.ts'
import { compileFilter } from '../../../documents/embedded/query/matcher.ts'
import { toBytes } from '../../../documents/embedded/values/bytes.ts'
import type { Soon } from '../sight.ts'
import type { Elsewhere } from './elsewhere.ts'
import { keyOf } from './placement.ts'

/** Says whether a change event is one that its reader asked for. Sees the event as its reader does. */
export type Wanted = (event: Document) => Soon<boolean>

const hasId = (ids: readonly unknown[]): ((event: Document) => boolean) => {
  const keys = new Set(ids.map(keyOf))
  return ({ documentKey }) => documentKey?._id !== undefined && keys.has(keyOf(documentKey._id))
}

const meets = (filter: Document, elsewhere: Elsewhere): Wanted => {
  const matcher = compileFilter(filter)
  if (laneOf(filter) === 'quick') return event => matcher.matches(event)
  const bytes = toBytes(filter)
  return event => elsewhere.matches(bytes, event)
}

/**
 * What `ids` and `filter` ask for together.
 *
 * @throws DocumentsError for a filter that MongoDB refuses
 */
export const compileWanted = (
  { ids, filter }: { ids?: readonly unknown[] | undefined; filter?: Document | undefined },
  elsewhere: Elsewhere,
): Wanted => {
  const isOneOf = ids && hasId(ids)
  const meetsFilter = filter && meets(filter, elsewhere)
  return event => (isOneOf?.(event) ?? true) && (meetsFilter?.(event) ?? true)
}
