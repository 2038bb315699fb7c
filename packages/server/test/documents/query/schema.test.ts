import { Decimal128, Double, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../../src/documents/embedded/query/matcher.ts'
import { finds } from './find.ts'

const conforms = (schema: unknown, a: unknown): boolean =>
  finds({ $jsonSchema: { properties: { a: schema } } }, { a })

/** The values out of `list` that conform to the schema. */
const passing = (schema: unknown, list: readonly unknown[]): unknown[] =>
  list.filter(value => conforms(schema, value))

describe('$jsonSchema', () => {
  it('asks for fields, their number and their names', () => {
    expect(finds({ $jsonSchema: { required: ['a', 'b'] } }, { a: 1, b: null })).toBe(true)
    expect(finds({ $jsonSchema: { required: ['a', 'b'] } }, { a: 1 })).toBe(false)
    expect(finds({ $jsonSchema: { required: ['toString'] } }, {})).toBe(false)
    expect(passing({ minProperties: 1, maxProperties: 2 }, [{}, { x: 1 }, 5])).toEqual([
      { x: 1 },
      5,
    ])
    const closed = {
      properties: { x: {} },
      patternProperties: { '^y': {} },
      additionalProperties: false,
    }
    expect(passing(closed, [{ x: 1, yes: 1 }, { z: 1 }])).toEqual([{ x: 1, yes: 1 }])
    expect(passing({ additionalProperties: { type: 'string' } }, [{ z: 'x' }, { z: 1 }])).toEqual([
      { z: 'x' },
    ])
    expect(
      passing({ dependencies: { x: ['y'], z: { required: ['q'] } } }, [
        { x: 1 },
        { x: 1, y: 1 },
        { z: 1 },
      ]),
    ).toEqual([{ x: 1, y: 1 }])
  })

  it('knows JSON types and BSON types', () => {
    const values = [1, 'x', true, null, [1], { x: 1 }]
    expect(passing({ type: ['number', 'boolean'] }, values)).toEqual([1, true])
    expect(passing({ bsonType: ['object', 'null'] }, values)).toEqual([null, { x: 1 }])
    expect(conforms({ bsonType: 'long' }, new Long(1))).toBe(true)
    expect(conforms({ bsonType: 'int' }, new Double(1))).toBe(false)
    expect(conforms({ bsonType: 'number' }, Decimal128.fromString('1'))).toBe(true)
  })

  it('bounds numbers and texts', () => {
    expect(passing({ minimum: 2, maximum: 4 }, [1, 2, 4, 5, 'x'])).toEqual([2, 4, 'x'])
    expect(passing({ minimum: 2, exclusiveMinimum: true }, [2, 3])).toEqual([3])
    expect(passing({ multipleOf: 0.5 }, [1.5, 1.2])).toEqual([1.5])
    expect(
      conforms({ multipleOf: Decimal128.fromString('0.1') }, Decimal128.fromString('0.3')),
    ).toBe(true)
    expect(passing({ minLength: 2, maxLength: 3 }, ['a', '😀', '😀😀', 'abcd', 5])).toEqual([
      '😀😀',
      5,
    ])
    expect(passing({ pattern: '^a' }, ['ab', 'ba', 5])).toEqual(['ab', 5])
    expect(passing({ enum: ['x', 5, null] }, ['x', 5, null, 'y'])).toEqual(['x', 5, null])
  })

  it('checks arrays as lists and as rows', () => {
    expect(passing({ items: { bsonType: 'int' } }, [[1, 2], [1, 'x'], 'x'])).toEqual([[1, 2], 'x'])
    const row = { items: [{ bsonType: 'int' }], additionalItems: { type: 'string' } }
    expect(passing(row, [[1, 'x'], [1, 2], []])).toEqual([[1, 'x'], []])
    expect(
      passing({ uniqueItems: true }, [
        [1, 2],
        [1, new Double(1)],
      ]),
    ).toEqual([[1, 2]])
    expect(passing({ minItems: 1, maxItems: 2 }, [[], [1], [1, 2, 3]])).toEqual([[1]])
  })

  it('joins schemas', () => {
    const [big, small] = [{ minimum: 5 }, { maximum: 7 }]
    expect(passing({ allOf: [big, small] }, [4, 6, 8])).toEqual([6])
    expect(passing({ anyOf: [{ minimum: 7 }, { maximum: 4 }] }, [4, 6, 8])).toEqual([4, 8])
    expect(passing({ oneOf: [big, small] }, [4, 6, 8])).toEqual([4, 8])
    expect(passing({ not: big }, [4, 6])).toEqual([4])
  })

  it('refuses keywords that MongoDB refuses', () => {
    const wrong = [
      { $ref: '#' },
      { format: 'date' },
      { nonsense: 1 },
      { type: 'integer' },
      { type: 'int' },
      { bsonType: 'text' },
      { type: 'string', bsonType: 'string' },
      { required: [] },
      { required: ['a', 'a'] },
      { minimum: 'x' },
      { exclusiveMinimum: true },
      { multipleOf: 0 },
      { minLength: -1 },
      { enum: [] },
      { allOf: [] },
      { not: 1 },
      { properties: { a: 1 } },
      { pattern: '(' },
      { title: 5 },
      'x',
    ]

    for (const schema of wrong)
      expect(() => compileFilter({ $jsonSchema: schema }), JSON.stringify(schema)).toThrow()
    expect(finds({ $jsonSchema: { title: 't', description: 'd' } }, {})).toBe(true)
  })
})
