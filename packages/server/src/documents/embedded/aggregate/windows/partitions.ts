import type { Document } from 'bson'
import type { Sort } from '../../../documents.ts'
import { compileSorter } from '../../query/sort.ts'
import { badValue, type Expression } from '../expressions/scope.ts'
import { toDouble, toNumeric } from '../numbers/number.ts'
import { type RunContext, scopeOf } from '../stages/stage.ts'
import { readPath } from '../stages/unwind.ts'
import { valueKey } from '../value-key.ts'
import type { Partition } from './window.ts'

export type Partitioning = {
  readonly by: Expression
  readonly sort: Sort
}

/** The documents parted by the value of an expression, each part sorted; parts in the order of their first document. */
export const partition = (
  source: Iterable<Document>,
  { by, sort }: Partitioning,
  context: RunContext,
): Partition[] => {
  const parts = new Map<string, Document[]>()
  for (const document of source) {
    const key = valueKey(by(scopeOf(document, context)) ?? null)
    const part = parts.get(key)
    if (part === undefined) parts.set(key, [document])
    else part.push(document)
  }
  const sorter = compileSorter(sort)
  const [only, ...others] = Object.keys(sort)
  const isSingle = only !== undefined && others.length === 0
  return [...parts.values()].map(unsorted => {
    const documents = isSingle || others.length > 0 ? sorter.sort(unsorted) : unsorted
    const keys = documents.map(sorter.keyOf)
    return {
      documents,
      scopes: documents.map(document => scopeOf(document, context)),
      compare: (a, b) => sorter.compareKeys(keys[a] ?? [], keys[b] ?? []),
      sortValue: at => {
        if (!isSingle)
          throw badValue('A range window or function requires exactly one sortBy field')
        return numberOf(readPath(documents[at] as Document, only.split('.')))
      },
    }
  })
}

const numberOf = (value: unknown): number => {
  if (value instanceof Date) return value.getTime()
  const numeric = toNumeric(value)
  if (numeric !== undefined) return toDouble(numeric)
  throw badValue('Invalid range: Expected the sortBy field to be a number or a date')
}
