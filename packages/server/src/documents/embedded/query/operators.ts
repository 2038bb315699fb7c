import { DBRef, type Document } from 'bson'
import { toWholeNumber } from '../values/numbers.ts'
import type { Predicate, Test } from '../values/path.ts'
import { isObject } from '../values/types.ts'
import { bitOperators, withBits } from './bits.ts'
import { equalTo, inRange, oneOf, type RangeOperator } from './comparison.ts'
import { anyValue, type Condition, every, not } from './condition.ts'
import { hasRemainder } from './modulo.ts'
import { badValue, notSupported } from './refusal.ts'
import { isRegex, matchesRegex, readRegex, regexTest } from './regex/regex.ts'
import { ofType } from './types.ts'

/** Compiles a filter inside a filter (the documents of an `$elemMatch`). */
export type CompileFilter = (filter: Document) => Predicate

type Operand = {
  readonly value: unknown
  /** The operators written beside this one, for `$regex` and its `$options`. */
  readonly beside: Document
  readonly compileFilter: CompileFilter
}

type Operator = (operand: Operand) => Condition | undefined

const referenceNames = new Set(['$ref', '$id', '$db'])

/** True for `{ $gt: 1 }`; false for a value, such as `{ a: 1 }` or a reference. */
export const isOperators = (value: unknown): value is Document => {
  if (!isObject(value) || value instanceof DBRef) return false
  const [first] = Object.keys(value)
  return first?.startsWith('$') === true && !referenceNames.has(first)
}

const requireArray = (operator: string, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw badValue(`${operator} needs an array`)
  return value
}

const refuseRegex = (operator: string, value: unknown): void => {
  if (isRegex(value)) throw badValue(`Can't have regex as arg to ${operator}.`)
}

const range =
  (operator: RangeOperator): Operator =>
  ({ value }) => {
    refuseRegex(operator, value)
    return anyValue(inRange(operator, value))
  }

const isIn = (operator: string, value: unknown): Condition => {
  const list = requireArray(operator, value)
  if (list.some(isOperators)) throw badValue(`cannot nest $ under ${operator}`)
  const expressions = list.filter(isRegex).map(regexTest)
  const isListed = oneOf(list.filter(item => !isRegex(item)))
  if (expressions.length === 0) return anyValue(isListed)
  return anyValue(item => isListed(item) || expressions.some(test => test(item)))
}

const all: Operator = ({ value, compileFilter }) => {
  const list = requireArray('$all', value)
  if (list.length === 0) return anyValue(() => false)
  const isElemMatch = (item: unknown): item is Document =>
    isObject(item) && Object.keys(item)[0] === '$elemMatch'
  if (list.some(isElemMatch)) {
    if (!list.every(isElemMatch)) throw badValue('$all/$elemMatch has to be consistent')
    return every(list.map(item => compileOperators(item, compileFilter)))
  }
  if (list.some(isOperators)) throw badValue('no $ expressions in $all')
  return every(list.map(item => anyValue(isRegex(item) ? regexTest(item) : equalTo(item))))
}

const treeOperators = new Set(['$and', '$or', '$nor', '$where', '$expr', '$jsonSchema', '$comment'])

const toDocument = (element: unknown): Document | undefined => {
  if (isObject(element)) return element
  return Array.isArray(element) ? { ...element } : undefined
}

const elementTest = (value: Document, compileFilter: CompileFilter): Test => {
  const [first] = Object.keys(value)
  if (isOperators(value) && !treeOperators.has(first as string))
    return compileOperators(value, compileFilter).test
  const predicate = compileFilter(value)
  return (element, found) => {
    const document = toDocument(element)
    return document !== undefined && predicate(document, found)
  }
}

const elemMatch: Operator = ({ value, compileFilter }) => {
  if (!isObject(value)) throw badValue('$elemMatch needs an Object')
  const test = elementTest(value, compileFilter)
  return anyValue((array, found) => {
    if (!Array.isArray(array)) return false
    const inner = found && { variables: found.variables }
    const index = array.findIndex(element => test(element, inner))
    if (index < 0) return false
    if (found) found.position = index
    return true
  }, false)
}

const size: Operator = ({ value }) => {
  const length = toWholeNumber(value)
  if (length === undefined) throw badValue('Failed to parse $size. Expected an integer')
  if (length < 0) throw badValue('Failed to parse $size. Expected a non-negative number')
  return anyValue(array => Array.isArray(array) && array.length === length, false)
}

const isTrue = (value: unknown): boolean =>
  value !== false && value != null && toWholeNumber(value) !== 0

const negation: Operator = ({ value, compileFilter }) => {
  if (isRegex(value)) return not(anyValue(regexTest(value)))
  if (!isObject(value)) throw badValue('$not needs a regex or a document')
  if (Object.keys(value).length === 0) throw badValue('$not cannot be empty')
  return not(compileOperators(value, compileFilter))
}

const regex: Operator = ({ value, beside }) =>
  anyValue(matchesRegex(readRegex(value, beside.$options)))

const options: Operator = ({ beside }) => {
  if (!Object.hasOwn(beside, '$regex')) throw badValue('$options needs a $regex')
  return undefined
}

const table = new Map<string, Operator>([
  ['$eq', ({ value }) => anyValue(equalTo(value))],
  [
    '$ne',
    ({ value }) => {
      refuseRegex('$ne', value)
      return not(anyValue(equalTo(value)))
    },
  ],
  ['$gt', range('$gt')],
  ['$gte', range('$gte')],
  ['$lt', range('$lt')],
  ['$lte', range('$lte')],
  ['$in', ({ value }) => isIn('$in', value)],
  ['$nin', ({ value }) => not(isIn('$nin', value))],
  [
    '$exists',
    ({ value }) => {
      const exists = anyValue(item => item !== undefined)
      return isTrue(value) ? exists : not(exists)
    },
  ],
  ['$type', ({ value }) => anyValue(ofType(value))],
  ['$mod', ({ value }) => anyValue(hasRemainder(value))],
  ['$regex', regex],
  ['$options', options],
  ['$all', all],
  ['$elemMatch', elemMatch],
  ['$size', size],
  ['$not', negation],
  ['$comment', () => undefined],
])
for (const operator of bitOperators)
  table.set(operator, ({ value }) => anyValue(withBits(operator, value)))

const unsupported = new Set([
  '$near',
  '$nearSphere',
  '$geoNear',
  '$geoWithin',
  '$within',
  '$geoIntersects',
  '$maxDistance',
  '$minDistance',
  '$uniqueDocs',
])

/** Compiles `{ $gt: 1, $lt: 5 }`: every operator must hold, each perhaps for another element of an array. */
export const compileOperators = (operators: Document, compileFilter: CompileFilter): Condition =>
  every(
    Object.keys(operators).flatMap(name => {
      const operator = table.get(name)
      if (operator === undefined)
        throw unsupported.has(name) ? notSupported(name) : badValue(`unknown operator: ${name}`)
      const condition = operator({ value: operators[name], beside: operators, compileFilter })
      return condition === undefined ? [] : [condition]
    }),
  )
