import { BSONRegExp, type Document } from 'bson'
import { typeName } from '../../values/compare.ts'
import { textPrefixOf } from './text-prefix.ts'

/** What a filter asks of one field, as far as an index can use it. Bounds are always a superset: matches are re-checked. */
export type Condition =
  | { readonly kind: 'equal'; readonly values: readonly unknown[] }
  | { readonly kind: 'range'; readonly operator: RangeOperator; readonly value: unknown }
  /** Strings that begin so, and the regular expression itself where it is stored as a value. */
  | { readonly kind: 'prefix'; readonly text: string; readonly pattern: unknown }

export type RangeOperator = '$gt' | '$gte' | '$lt' | '$lte'

/** Types whose keys form one unbroken run, so that a comparison never leaves it. */
const rangeTypes: ReadonlySet<string> = new Set([
  'int',
  'long',
  'double',
  'decimal',
  'string',
  'date',
  'objectId',
  'timestamp',
])

const isPlainObject = (value: unknown): value is Document =>
  typeName(value) === 'object' && !(value instanceof Map)

/** True for `{ $gt: 1 }`, false for the value `{ a: 1 }`. */
export const isOperators = (value: unknown): value is Document => {
  if (!isPlainObject(value)) return false
  const first = Object.keys(value)[0]
  return first?.startsWith('$') === true
}

/** An array is compared with elements and with whole arrays, a regular expression is a pattern: neither is one key. */
const isOneKey = (value: unknown): boolean => {
  const type = typeName(value)
  return !['array', 'regex', 'undefined', 'missing'].includes(type)
}

/** Missing fields below an array have no key of their own, so that null is only sure of top-level fields. */
const isUsable = (field: string, value: unknown): boolean =>
  isOneKey(value) && !(field.includes('.') && typeName(value) === 'null')

const equalTo = (field: string, values: readonly unknown[]): Condition[] =>
  values.every(value => isUsable(field, value)) ? [{ kind: 'equal', values }] : []

const beginsWith = (pattern: unknown): Condition[] => {
  const text = textPrefixOf(pattern)
  return text === undefined ? [] : [{ kind: 'prefix', text, pattern }]
}

/** `$regex` with its options, when nothing but the two stands in the demand. */
const fromRegex = ({ $regex: pattern, $options: options = '' }: Document): Condition[] =>
  options === '' ? beginsWith(typeof pattern === 'string' ? new BSONRegExp(pattern) : pattern) : []

const fromOperators = (field: string, operators: Document): Condition[] =>
  Object.entries(operators).flatMap(([operator, value]): Condition[] => {
    if (operator === '$eq') return equalTo(field, [value])
    if (operator === '$in' && Array.isArray(value)) return equalTo(field, value)
    if (operator === '$exists' && (value === false || value === 0)) return equalTo(field, [null])
    if (operator === '$regex') return fromRegex(operators)
    if (operator === '$gt' || operator === '$gte' || operator === '$lt' || operator === '$lte') {
      return rangeTypes.has(typeName(value)) ? [{ kind: 'range', operator, value }] : []
    }
    return []
  })

const fromDemand = (field: string, demand: unknown): Condition[] => {
  if (isOperators(demand)) return fromOperators(field, demand)
  return typeName(demand) === 'regex' ? beginsWith(demand) : equalTo(field, [demand])
}

/** The filter's conjuncts, those inside `$and` included, as pairs of field and demand. */
export const conjuncts = (filter: Document): (readonly [field: string, demand: unknown])[] =>
  Object.entries(filter).flatMap(([field, demand]): (readonly [string, unknown])[] => {
    if (field === '$and' && Array.isArray(demand)) return demand.flatMap(conjuncts)
    return field.startsWith('$') ? [] : [[field, demand]]
  })

/** Conditions by field. Fields and operators that no index can use are left out. */
export const conditionsOf = (filter: Document): ReadonlyMap<string, readonly Condition[]> => {
  const found = new Map<string, Condition[]>()
  for (const [field, demand] of conjuncts(filter)) {
    const conditions = fromDemand(field, demand)
    if (conditions.length > 0) found.set(field, [...(found.get(field) ?? []), ...conditions])
  }
  return found
}
