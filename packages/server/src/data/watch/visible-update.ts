import { type Document, ObjectId } from 'bson'
import { equalValues } from '../../documents/embedded/values/compare.ts'
import { setField } from '../../documents/embedded/values/path.ts'
import { findAt, putAt } from './visible-paths.ts'

/** What a reader sees of the document that was changed, and how to ask what else they would see. */
export type Seen = {
  readonly document: Document
  readonly visible: Document
  /** What removed fields held, by path, as far as that is known. */
  readonly removed: ReadonlyMap<string, unknown>
  isAlwaysVisible(field: string): boolean
  /** `undefined` where that cannot be asked at once. */
  readonly seeAtOnce: ((document: Document) => Document | undefined) | undefined
}

/** A value that no rule compares with. */
const unheardOf = new ObjectId('f0f0f0f0f0f0f0f0f0f0f0f0')

const partsOf = (path: string): string[] => path.split('.')

/**
 * True when a field that is gone would be seen. Where nobody knows what it held: whatever that was, so it is tried as
 * null and as a value that nobody has.
 */
const wouldBeSeen = (
  { document, removed, isAlwaysVisible, seeAtOnce }: Seen,
  path: readonly string[],
): boolean => {
  if (isAlwaysVisible(path[0] as string)) return true
  if (seeAtOnce === undefined) return false
  const held = removed.get(path.join('.'))
  return (held === undefined ? [null, unheardOf] : [held]).every(value => {
    const probe = putAt(document, path, value)
    const seen = probe && seeAtOnce(probe)
    return seen !== undefined && findAt(seen, path) !== undefined
  })
}

/**
 * The path, or as much of it as leads to an array of which some elements are hidden: there places mean nothing, and the
 * array is told as it is seen.
 */
const upToHidden = ({ document, visible }: Seen, path: readonly string[]): readonly string[] => {
  for (let length = 1; length <= path.length; length += 1) {
    const part = path.slice(0, length)
    const stored = findAt(document, part)?.value
    const seen = findAt(visible, part)?.value
    if (Array.isArray(stored) && Array.isArray(seen) && stored.length !== seen.length) return part
  }
  return path
}

/**
 * True when what stands at the path makes a difference to the array that is seen: with a value there that nobody has,
 * something else would be seen.
 */
const isSeenIn = (
  { document, visible, seeAtOnce }: Seen,
  array: readonly string[],
  path: readonly string[],
): boolean => {
  const probe = putAt(document, path, unheardOf)
  const seen = probe && seeAtOnce?.(probe)
  return (
    seen !== undefined && !equalValues(findAt(seen, array)?.value, findAt(visible, array)?.value)
  )
}

type Description = {
  readonly updatedFields?: Document
  readonly removedFields?: readonly string[]
  readonly truncatedArrays?: readonly { readonly field: string; readonly newSize: unknown }[]
}

/**
 * What an update changed, as far as its reader sees it: fields that are in the visible document, with the values that
 * they have there; removed fields and elements that would be seen. `undefined` when nothing is left, and `whole` when
 * everything is.
 */
export const visibleUpdate = (
  { updatedFields = {}, removedFields = [], truncatedArrays = [] }: Description,
  seen: Seen,
): Document | 'whole' | undefined => {
  let isWhole = true
  const updated: Document = {}

  const tell = (name: string, value: unknown): void => {
    const path = partsOf(name)
    const part = upToHidden(seen, path)
    const found = findAt(seen.visible, part)
    if (found === undefined || !equalValues(found.value, value)) isWhole = false
    const isSeen = part.length === path.length || isSeenIn(seen, part, path)
    if (found !== undefined && isSeen) setField(updated, part.join('.'), found.value)
  }

  for (const [path, value] of Object.entries(updatedFields)) tell(path, value)
  const removed = removedFields.filter(path => wouldBeSeen(seen, partsOf(path)))
  const truncated = truncatedArrays.filter(({ field, newSize }) => {
    const path = partsOf(field)
    const array = findAt(seen.visible, path)?.value
    const isSame = Array.isArray(array) && array.length === Number(newSize)
    return isSame && wouldBeSeen(seen, [...path, String(newSize)])
  })
  const isAll =
    isWhole &&
    removed.length === removedFields.length &&
    truncated.length === truncatedArrays.length
  const isNothing = Object.keys(updated).length + removed.length + truncated.length === 0
  if (isNothing) return undefined
  if (isAll) return 'whole'
  return {
    updatedFields: updated,
    removedFields: removed,
    ...(truncated.length > 0 && { truncatedArrays: truncated }),
  }
}
