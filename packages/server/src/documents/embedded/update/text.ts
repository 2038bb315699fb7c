import { BSONValue, EJSON } from 'bson'

const longest = 150

/** A value as MongoDB prints it inside error messages: `{a: 5}`, `"x"`, `ObjectId('…')`; cut after 150 characters. */
export const toText = (value: unknown): string => {
  const text = printed(value, 0)
  return text.length > longest ? `${text.slice(0, longest)}...` : text
}

const printed = (value: unknown, depth: number): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object') return String(value)
  if (depth > 3) return '...'
  if (Array.isArray(value)) return printedArray(value, depth)
  if (value instanceof Date) return `new Date(${value.getTime()})`
  if (value instanceof BSONValue) return printedBson(value)
  if (value instanceof RegExp || value instanceof Uint8Array) return EJSON.stringify({ value })
  return `{${Object.entries(value)
    .slice(0, 20)
    .map(([key, item]) => `${key}: ${printed(item, depth + 1)}`)
    .join(', ')}}`
}

const printedArray = (values: readonly unknown[], depth: number): string =>
  values.length === 0
    ? '[]'
    : `[ ${values
        .slice(0, 20)
        .map(item => printed(item, depth + 1))
        .join(', ')} ]`

const printedBson = (value: BSONValue): string => {
  switch (value._bsontype) {
    case 'Int32':
    case 'Double':
    case 'Long':
      return String(value)
    case 'Decimal128':
      return `NumberDecimal("${String(value)}")`
    case 'ObjectId':
      return `ObjectId('${String(value)}')`
    default:
      return EJSON.stringify(value, { relaxed: false })
  }
}
