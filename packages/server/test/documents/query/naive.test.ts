import type { Document } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finds } from './find.ts'

// A second matcher, written for clarity over few types: it lists every value that a path offers, then asks.

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const missing = Symbol('missing')

const inArray = (array: readonly unknown[], path: readonly string[]): unknown[] => {
  const [name = '', ...rest] = path
  return array.flatMap((element, index) => {
    const asDocument = isDocument(element) ? offered(element, path) : []
    if (String(index) !== name) return asDocument
    if (rest.length === 0) return [...asDocument, element]
    if (Array.isArray(element)) return [...asDocument, ...inArray(element, rest)]
    return isDocument(element) ? [...asDocument, ...offered(element, rest)] : asDocument
  })
}

const offered = (document: Document, path: readonly string[]): unknown[] => {
  const [name = '', ...rest] = path
  const value: unknown = Object.hasOwn(document, name) ? document[name] : missing
  if (rest.length === 0) return Array.isArray(value) ? [...value, value] : [value]
  if (Array.isArray(value)) return inArray(value, rest)
  return isDocument(value) ? offered(value, rest) : [missing]
}

const isSame = (left: unknown, right: unknown): boolean =>
  left === right || (right === null && left === missing)
    ? true
    : left !== missing && JSON.stringify(left) === JSON.stringify(right)

const isAbove = (left: unknown, right: unknown): boolean =>
  typeof left === typeof right && (left as string) > (right as string)

const holds = (operator: string, argument: unknown, values: readonly unknown[]): boolean => {
  switch (operator) {
    case '$eq':
      return values.some(value => isSame(value, argument))
    case '$gt':
      return values.some(value => isAbove(value, argument))
    case '$lte':
      return values.some(value => isSame(value, argument) || isAbove(argument, value))
    case '$in':
      return (argument as unknown[]).some(item => values.some(value => isSame(value, item)))
    case '$exists':
      return values.some(value => value !== missing) === argument
    case '$ne':
      return !holds('$eq', argument, values)
    case '$nin':
      return !holds('$in', argument, values)
    case '$all':
      return (argument as unknown[]).every(item => holds('$eq', item, values))
    default:
      throw new Error(operator)
  }
}

const isMatch = (document: Document, filter: Document): boolean =>
  Object.entries(filter).every(([name, value]) => {
    if (name === '$and') return value.every((part: Document) => isMatch(document, part))
    if (name === '$or') return value.some((part: Document) => isMatch(document, part))
    if (name === '$nor') return !value.some((part: Document) => isMatch(document, part))
    const values = offered(document, name.split('.'))
    return Object.entries(value).every(([operator, argument]) =>
      operator === '$not'
        ? !isMatch(document, { [name]: argument })
        : holds(operator, argument, values),
    )
  })

const scalar = fc.constantFrom<unknown>(0, 1, 2, 3, 'a', 'b', null)

const { value } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4 },
    { weight: 2, arbitrary: scalar },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '0', '1'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}))

const document = fc.dictionary(fc.constantFrom('a', 'b'), value, {
  minKeys: 1,
  noNullPrototype: true,
})

const comparison = fc.oneof(
  fc.tuple(fc.constantFrom('$eq', '$ne'), value),
  fc.tuple(fc.constantFrom('$gt', '$lte'), fc.constantFrom<unknown>(1, 2, 'a')),
  fc.tuple(fc.constantFrom('$in', '$nin'), fc.array(value, { maxLength: 3 })),
  fc.tuple(fc.constant('$all'), fc.array(scalar, { minLength: 1, maxLength: 2 })),
  fc.tuple(fc.constant('$exists'), fc.boolean()),
)

const operators = fc
  .array(comparison, { minLength: 1, maxLength: 2 })
  .map(entries => Object.fromEntries(entries))

const path = fc.constantFrom(
  'a',
  'b',
  'a.b',
  'a.a',
  'a.0',
  'a.1',
  'a.0.b',
  'a.b.0',
  'a.b.a',
  'b.1.0',
)

const field = fc
  .tuple(
    path,
    fc.oneof(
      { weight: 3, arbitrary: operators },
      operators.map(inner => ({ $not: inner })),
    ),
  )
  .map(([name, condition]): Document => ({ [name]: condition }))

const { filter } = fc.letrec<{ filter: Document }>(tie => ({
  filter: fc.oneof(
    { maxDepth: 2 },
    { weight: 3, arbitrary: field },
    fc
      .tuple(
        fc.constantFrom('$and', '$or', '$nor'),
        fc.array(tie('filter'), { minLength: 1, maxLength: 2 }),
      )
      .map(([name, parts]): Document => ({ [name]: parts })),
  ),
}))

describe('the matcher', () => {
  it('agrees with a naive evaluation of the same filter', () => {
    fc.assert(
      fc.property(document, filter, (each, demand) => {
        expect(finds(demand, each)).toBe(isMatch(each, demand))
      }),
      { numRuns: 5_000 },
    )
  })
})
