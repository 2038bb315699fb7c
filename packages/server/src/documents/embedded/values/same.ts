import { DBRef, type Document, Int32 } from 'bson'
import { toBytes } from './bytes.ts'
import { isObject } from './types.ts'

const isPlain = (value: unknown): value is Document => isObject(value) && !(value instanceof DBRef)

const isSameLeaf = (left: unknown, right: unknown): boolean => {
  if (left instanceof Int32 && right instanceof Int32) return left.value === right.value
  if (typeof left === 'string' && typeof right === 'string') return false
  return Buffer.compare(toBytes({ value: left }), toBytes({ value: right })) === 0
}

/**
 * True for values that are stored as the same bytes: a number that changes its type is another value, and so is a
 * document whose fields change their order. Looks no further than the first difference, nor into what both share.
 */
export const isSameStored = (left: unknown, right: unknown): boolean => {
  if (Object.is(left, right)) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, at) => isSameStored(item, right[at]))
  }
  if (isPlain(left) && isPlain(right)) {
    const names = Object.keys(left)
    const others = Object.keys(right)
    return (
      names.length === others.length &&
      names.every((name, at) => name === others[at] && isSameStored(left[name], right[name]))
    )
  }
  return isSameLeaf(left, right)
}
