import type { Document } from 'bson'
import type { Sort } from '../../documents.ts'
import { DocumentsError } from '../../error.ts'
import { compileSort } from '../query/sort.ts'
import { isObject } from '../values/types.ts'
import { toInteger } from './numbers/number.ts'

/** Orders documents by a sort pattern of a stage. @throws `BadValue` for a direction other than 1 and -1. */
export const compileOrder = (
  pattern: unknown,
  stage: string,
): ((a: Document, b: Document) => number) => compileSort(readOrder(pattern, stage))

/** @throws `BadValue` for a direction other than 1 and -1, or no direction at all. */
export const readOrder = (pattern: unknown, stage: string): Sort => {
  if (!isObject(pattern)) {
    throw new DocumentsError('BadValue', `the ${stage} key specification must be an object`)
  }
  const fields = Object.entries(pattern)
  if (fields.length === 0) {
    throw new DocumentsError('BadValue', `${stage} stage must have at least one sort key`)
  }
  return Object.fromEntries(fields.map(([name, value]) => [name, readDirection(value, stage)]))
}

const readDirection = (value: unknown, stage: string): 1 | -1 => {
  const direction = toInteger(value)
  if (direction === 1n) return 1
  if (direction === -1n) return -1
  const isMeta = isObject(value) && Object.hasOwn(value, '$meta')
  throw isMeta
    ? new DocumentsError('CommandNotSupported', `${stage} by $meta is not supported`)
    : new DocumentsError(
        'BadValue',
        `${stage} key ordering must be 1 (for ascending) or -1 (for descending)`,
      )
}
