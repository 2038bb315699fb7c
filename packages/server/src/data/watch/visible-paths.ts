import type { Document } from 'bson'
import { arrayIndex, getField, setField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'

type Found = { readonly value: unknown }

const step = (container: unknown, name: string): Found | undefined => {
  if (Array.isArray(container)) {
    const index = arrayIndex(name)
    return index >= 0 && index < container.length ? { value: container[index] } : undefined
  }
  if (!isObject(container)) return undefined
  const value = getField(container, name)
  return value === undefined ? undefined : { value }
}

/**
 * What stands at the path of a change event; `undefined` when nothing does. A field's name may hold dots itself, so
 * every way of reading the path is tried.
 */
export const findAt = (container: unknown, path: readonly string[]): Found | undefined => {
  for (let length = 1; length <= path.length; length += 1) {
    const found = step(container, path.slice(0, length).join('.'))
    if (found === undefined) continue
    if (length === path.length) return found
    const deeper = findAt(found.value, path.slice(length))
    if (deeper !== undefined) return deeper
  }
  return undefined
}

const putInto = (container: unknown, path: readonly string[], value: unknown): unknown => {
  const [name = '', ...rest] = path
  const isArray = Array.isArray(container)
  if (!isArray && !isObject(container)) return undefined
  const changed = rest.length === 0 ? value : putInto(step(container, name)?.value, rest, value)
  if (changed === undefined) return undefined
  if (!isArray) {
    const copy: Document = { ...container }
    setField(copy, name, changed)
    return copy
  }
  const index = arrayIndex(name)
  return index < 0 || index > container.length ? undefined : container.toSpliced(index, 1, changed)
}

/** The document with something else at a path; `undefined` when there is no place for it. */
export const putAt = (
  document: Document,
  path: readonly string[],
  value: unknown,
): Document | undefined => putInto(document, path, value) as Document | undefined
