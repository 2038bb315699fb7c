import type { Document } from 'bson'
import type { Sort } from '../../documents/documents.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import type { Judge } from '../rules/judge.ts'

type Fields = Pick<Judge, 'isAlwaysVisible'>

const topOf = (path: string): string => path.split('.', 1)[0] as string

const isBranches = (value: unknown): value is Document[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)

const isWhole = (query: Document, judge: Fields): boolean =>
  Object.entries(query).every(([key, value]) => {
    if (!key.startsWith('$')) return judge.isAlwaysVisible(topOf(key))
    return /^\$(?:and|or|nor)$/.test(key) && isBranches(value)
      ? value.every(branch => isWhole(branch, judge))
      : false
  })

/**
 * The part of a query that is about nothing but fields that are seen in every document that is seen, so that an engine
 * may answer it without giving anything away.
 */
export const pushableQuery = (query: Document, judge: Fields): Document => {
  const pushed: [string, unknown][] = []
  for (const [key, value] of Object.entries(query)) {
    if (key === '$and' && isBranches(value)) {
      const parts = value
        .map(part => pushableQuery(part, judge))
        .filter(part => Object.keys(part).length > 0)
      if (parts.length > 0) pushed.push([key, parts])
    } else if (isWhole({ [key]: value }, judge)) pushed.push([key, value])
  }
  return Object.fromEntries(pushed)
}

/** True when the order is one of fields that are seen in every document that is seen. */
export const isPushableSort = (sort: Sort | undefined, judge: Fields): boolean =>
  sort === undefined || Object.keys(sort).every(path => judge.isAlwaysVisible(topOf(path)))
