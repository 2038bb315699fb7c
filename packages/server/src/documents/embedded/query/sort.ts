import type { Document } from 'bson'
import type { Sort } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { compareValues } from '../values/compare.ts'
import { indexValues } from '../values/index-values.ts'
import { toNumeric } from '../values/numbers.ts'
import { type Path, parsePath } from '../values/path.ts'

export type SortField = { readonly path: Path; readonly direction: 1 | -1 }

/**
 * The fields of a sort in their order.
 *
 * @throws `BadValue` for a direction other than 1 and -1 (`$meta` included) and for names that are no paths.
 */
export const readSort = (sort: Readonly<Record<string, unknown>>): SortField[] =>
  Object.keys(sort).map(name => {
    const direction = toNumeric(sort[name])
    if (direction !== 1 && direction !== -1)
      throw new DocumentsError(
        'BadValue',
        `Illegal key in $sort specification: ${name}: must be 1 or -1`,
      )
    const path = parsePath(name)
    if (path.includes(''))
      throw new DocumentsError('BadValue', `'${name}' is no field path: a part of it is empty`)
    if (name.startsWith('$'))
      throw new DocumentsError('BadValue', `FieldPath field names may not start with '$': ${name}`)
    return { path, direction }
  })

export type SortKey = readonly unknown[]

export type Sorter = {
  /** What a document is ordered by: of an array the smallest value, or the largest where the order descends. */
  keyOf(document: Document): SortKey
  compareKeys(left: SortKey, right: SortKey): number
  /** A sorted copy; equal documents keep their order. Cheaper than sorting with `compileSort`. */
  sort(documents: readonly Document[]): Document[]
}

/** Prepares a sort whose keys are taken out of each document once. */
export const compileSorter = (sort: Sort): Sorter => {
  const fields = readSort(sort)
  const paths = fields.map(({ path }) => path)

  const compareKeys = (left: SortKey, right: SortKey): number => {
    for (let at = 0; at < fields.length; at += 1) {
      const order = compareValues(left[at], right[at])
      if (order !== 0) return fields[at]?.direction === -1 ? -order : order
    }
    return 0
  }

  const keyOf = (document: Document): SortKey => {
    const keys = indexValues(document, paths)
    let best = keys[0] as SortKey
    for (const key of keys) if (compareKeys(key, best) < 0) best = key
    return best
  }

  return {
    keyOf,
    compareKeys,
    sort: documents =>
      documents
        .map(document => ({ document, key: keyOf(document) }))
        .sort((left, right) => compareKeys(left.key, right.key))
        .map(({ document }) => document),
  }
}

/**
 * Compares documents by MongoDB's order of the fields asked for: missing fields as null, an array by its
 * smallest element where the order ascends and by its largest where it descends.
 *
 * @throws `BadValue` for a sort that cannot be read, and when two of its paths run into different arrays.
 */
export const compileSort = (sort: Sort): ((left: Document, right: Document) => number) => {
  const { keyOf, compareKeys } = compileSorter(sort)
  return (left, right) => compareKeys(keyOf(left), keyOf(right))
}
