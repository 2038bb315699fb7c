import type { Document } from 'bson'
import { typeName } from '../../documents/embedded/values/compare.ts'
import { encodeKey } from '../../documents/embedded/values/key.ts'
import { arrayIndex, getField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'

/** What an event must have for its reader to be asked at all: at `path`, one of the values with these keys. */
export type Placement = { readonly path: string; readonly keys: readonly string[] }

/** Values that are equal in MongoDB's sense, whatever the width of their numbers, have the same key. */
export const keyOf = (value: unknown): string => {
  const bytes = encodeKey([value], [1])
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** Types whose values equal only values; null equals what is missing, and patterns match. */
const plain: ReadonlySet<string> = new Set([
  'string',
  'int',
  'long',
  'double',
  'decimal',
  'bool',
  'date',
  'objectId',
  'binData',
])

const isPlain = (value: unknown): boolean => plain.has(typeName(value))

const keysOf = (values: readonly unknown[]): readonly string[] | undefined =>
  values.every(isPlain) ? values.map(keyOf) : undefined

const keysOfCondition = (condition: unknown): readonly string[] | undefined => {
  if (isPlain(condition)) return keysOf([condition])
  if (!isObject(condition)) return undefined
  if (Object.hasOwn(condition, '$eq')) return keysOf([condition.$eq])
  return Array.isArray(condition.$in) ? keysOf(condition.$in) : undefined
}

/** What every event that meets the filter has; `undefined` when the filter says no such thing. */
export const placementOf = (filter: Document, prefix = ''): Placement | undefined => {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) {
        const placement = isObject(part) ? placementOf(part, prefix) : undefined
        if (placement !== undefined) return placement
      }
    }
    const keys = name.startsWith('$') ? undefined : keysOfCondition(condition)
    if (keys !== undefined) return { path: prefix + name, keys }
  }
  return undefined
}

/** All values that stand at the path, in arrays too. */
export const valuesAt = (value: unknown, path: readonly string[], at = 0): unknown[] => {
  const isEnd = at === path.length
  if (Array.isArray(value)) {
    const elements = value.flatMap(element =>
      Array.isArray(element) && !isEnd ? [] : valuesAt(element, path, at),
    )
    const index = isEnd ? -1 : arrayIndex(path[at] as string)
    return index < 0 || index >= value.length
      ? elements
      : [...elements, ...valuesAt(value[index], path, at + 1)]
  }
  if (isEnd) return value === undefined ? [] : [value]
  return isObject(value) ? valuesAt(getField(value, path[at] as string), path, at + 1) : []
}

/** What every event of one of these documents has. */
export const placementOfIds = (ids: readonly unknown[]): Placement => ({
  path: 'documentKey._id',
  keys: ids.map(keyOf),
})
