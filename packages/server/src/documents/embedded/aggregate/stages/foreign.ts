import type { Document } from 'bson'
import { indexValues } from '../../values/index-values.ts'
import { parsePath } from '../../values/path.ts'
import { valueKey } from '../value-key.ts'

/** The documents of another collection, to be found by the values of one field. */
export type Foreign = {
  /** Documents whose field equals one of the values, or is an array that holds one; in stored order. */
  find(values: readonly unknown[]): Document[]
}

export const indexForeign = (documents: readonly Document[], field: string): Foreign => {
  const path = parsePath(field)
  const places = new Map<string, number[]>()
  for (const [at, document] of documents.entries()) {
    const keys = new Set(indexValues(document, [path]).map(([value]) => valueKey(value ?? null)))
    for (const key of keys) {
      const found = places.get(key)
      if (found === undefined) places.set(key, [at])
      else found.push(at)
    }
  }
  return {
    find: values => {
      const found = new Set(values.flatMap(value => places.get(valueKey(value ?? null)) ?? []))
      return [...found].sort((a, b) => a - b).map(at => documents[at] as Document)
    },
  }
}

/** The values that a local field stands for in a join: the elements of an array, null for a missing one. */
export const joinValues = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : [value ?? null]
