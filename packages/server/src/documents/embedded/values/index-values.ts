import type { Document } from 'bson'
import { DocumentsError } from '../../error.ts'
import { arrayIndex, getField, type Path } from './path.ts'
import { isObject } from './types.ts'

/** One field of a key on its way through a document: a value, or an array that must be taken apart. */
type Cursor =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: false; readonly array: readonly unknown[]; readonly rest: Path }

const done = (value: unknown): Cursor => ({ done: true, value })

const hasNamedElement = (array: readonly unknown[], name: string): boolean =>
  array.some(element => isObject(element) && getField(element, name) !== undefined)

/** Goes on until the path ends or an array stands in the way; a missing field counts as null. */
const advance = (start: unknown, path: Path): Cursor => {
  let value = start
  for (let at = 0; ; at += 1) {
    const name = path[at]
    if (Array.isArray(value)) {
      const index = name === undefined ? -1 : arrayIndex(name)
      if (name === undefined || index < 0 || hasNamedElement(value, name))
        return { done: false, array: value, rest: path.slice(at) }
      value = value[index]
    } else if (name === undefined) return done(value === undefined ? null : value)
    else if (isObject(value)) value = getField(value, name)
    else return done(null)
  }
}

const fromElement = (cursor: Cursor, element: unknown): Cursor => {
  if (cursor.done) return cursor
  if (cursor.rest.length === 0) return done(element === undefined ? null : element)
  return isObject(element) ? advance(element, cursor.rest) : done(null)
}

const expand = (cursors: readonly Cursor[], out: unknown[][]): void => {
  let shared: readonly unknown[] | undefined
  for (const cursor of cursors) {
    if (cursor.done) continue
    if (shared !== undefined && cursor.array !== shared)
      throw new DocumentsError('BadValue', 'cannot index parallel arrays')
    shared = cursor.array
  }
  if (shared === undefined) {
    out.push(cursors.map(cursor => (cursor.done ? cursor.value : null)))
  } else if (shared.length === 0) {
    // MongoDB keeps `undefined` for an empty array at the end of a path, null for one on the way.
    out.push(
      cursors.map(cursor =>
        cursor.done ? cursor.value : cursor.rest.length === 0 ? undefined : null,
      ),
    )
  } else {
    for (const element of shared)
      expand(
        cursors.map(cursor => fromElement(cursor, element)),
        out,
      )
  }
}

const array = Symbol('array')

/** The value at a path, null when it is missing, or `array` when one stands on the way or at the end. */
const plainValue = (document: Document, path: Path): unknown => {
  let value: unknown = document
  for (const name of path) {
    if (!isObject(value)) return Array.isArray(value) ? array : null
    value = getField(value, name)
  }
  if (value === undefined) return null
  return Array.isArray(value) ? array : value
}

/** The values at the paths where no array is met, which is most often so. */
const plainValues = (document: Document, paths: readonly Path[]): unknown[] | undefined => {
  const values: unknown[] = []
  for (const path of paths) {
    const value = plainValue(document, path)
    if (value === array) return undefined
    values.push(value)
  }
  return values
}

/**
 * The combinations of values that a document has at the paths of an index or a sort: one, or one for each
 * element of an array. Missing fields are null; an empty array at the end of a path is `undefined`.
 *
 * @throws `BadValue` when two paths run into different arrays.
 * @see https://www.mongodb.com/docs/manual/core/indexes/index-types/index-multikey/
 */
export const indexValues = (document: Document, paths: readonly Path[]): unknown[][] => {
  const plain = plainValues(document, paths)
  if (plain !== undefined) return [plain]
  const out: unknown[][] = []
  expand(
    paths.map(path => advance(document, path)),
    out,
  )
  return out
}
