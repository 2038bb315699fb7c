import type { Document } from 'bson'
import { getField, setField } from '../../documents/embedded/values/path.ts'
import { isSameStored } from '../../documents/embedded/values/same.ts'
import { isObject } from '../../documents/embedded/values/types.ts'

const isSame = (left: unknown, right: unknown): boolean => {
  if (left === undefined || right === undefined) return left === right
  return isSameStored(left, right)
}

/** A value was changed of which more is stored than is seen. */
class Hidden extends Error {}

type Change = { readonly before: unknown; readonly visible: unknown; readonly changed: unknown }

const mergeValue = ({ before, visible, changed }: Change): unknown => {
  if (isSame(visible, changed)) return before
  if (isSame(before, visible) || before === undefined) return changed
  if (isObject(before) && isObject(visible) && isObject(changed)) {
    return mergeFields({ before, visible, changed })
  }
  throw new Hidden()
}

const mergeFields = (change: Record<keyof Change, Document>): Document => {
  const { before, visible, changed } = change
  const merged: Document = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(changed)])) {
    const value = mergeValue({
      before: getField(before, name),
      visible: getField(visible, name),
      changed: getField(changed, name),
    })
    if (value !== undefined) setField(merged, name, value)
  }
  return merged
}

/**
 * The document as it becomes when what is seen of it is changed: an update works on what its user sees, so that it can
 * neither read nor copy anything else, and what they do not see stays as it is. `undefined` when it writes where
 * something is that they do not see, whatever that is, or changes a list of which they see only a part: nobody could say
 * where the rest belongs.
 */
export const mergeChange = (change: {
  readonly before: Document
  readonly visible: Document
  /** What is seen, after the update. */
  readonly changed: Document
}): Document | undefined => {
  try {
    return mergeFields(change)
  } catch (error) {
    if (error instanceof Hidden) return undefined
    throw error
  }
}
