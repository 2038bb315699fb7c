import { Decimal128, Double, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import {
  encodeKey,
  encodeTextPrefix,
  indexKeys,
} from '../../../src/documents/embedded/values/key.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const keysOf = (values: readonly unknown[][]): string[] =>
  values.map(row =>
    hex(
      encodeKey(
        row,
        row.map(() => 1 as const),
      ),
    ),
  )

describe('encodeKey', () => {
  it('gives equal numbers of different types the same bytes', () => {
    const equal: unknown[][] = [
      [1, new Double(1), new Long(1), 1n, Decimal128.fromString('1.00')],
      [0, new Double(-0), Decimal128.fromString('-0E+5')],
      [Decimal128.fromString('0.1'), Decimal128.fromString('0.10')],
      [2n ** 60n, new Double(2 ** 60), Decimal128.fromString('1152921504606846976')],
      [2n ** 60n + 1n, Decimal128.fromString('1152921504606846977.0')],
      [Number.NaN, Decimal128.fromString('NaN')],
      [-Infinity, Decimal128.fromString('-Infinity')],
      [0.5, Decimal128.fromString('5E-1')],
    ]

    for (const group of equal)
      expect(new Set(keysOf(group.map(value => [value]))).size, String(group[0])).toBe(1)
  })

  it('tells numbers apart that share a double', () => {
    const distinct = [
      2n ** 53n,
      2n ** 53n + 1n,
      Decimal128.fromString('9007199254740992.5'),
      new Double(0.1),
      Decimal128.fromString('0.1'),
      Decimal128.fromString('1E-6000'),
      Decimal128.fromString('1E+6000'),
      0,
      Infinity,
    ]

    expect(new Set(keysOf(distinct.map(value => [value]))).size).toBe(distinct.length)
  })

  it('keeps the order of an object by the type of a field before its name', () => {
    const ascending = [{}, { b: 1 }, { b: 1, a: 0 }, { b: 2 }, { a: 'x' }, { a: { x: 1 } }]
    const keys = keysOf(ascending.map(value => [value]))

    expect(keys.toSorted()).toEqual(keys)
  })
})

describe('encodeTextPrefix', () => {
  it('begins the keys of the strings that begin so, and no others', () => {
    for (const direction of [1, -1] as const) {
      const prefix = hex(encodeTextPrefix('a\0é', direction))
      const begins = (text: string): boolean =>
        hex(encodeKey([text], [direction])).startsWith(prefix)

      expect(['a\0é', 'a\0éx', 'a\0', 'a\0ê', 'aé'].map(begins)).toEqual([
        true,
        true,
        false,
        false,
        false,
      ])
    }
  })
})

describe('indexKeys', () => {
  const sizes = (document: Record<string, unknown>, pattern: Record<string, 1 | -1>) =>
    indexKeys(document, pattern).map(hex)
  const key = (...values: unknown[]) =>
    hex(
      encodeKey(
        values,
        values.map(() => 1 as const),
      ),
    )

  it('are one for each different element of an array', () => {
    expect(sizes({ a: [1, 2, new Double(1)] }, { a: 1 })).toEqual([key(1), key(2)])
    expect(sizes({ a: [[1, 2], 3] }, { a: 1 })).toEqual([key([1, 2]), key(3)])
    expect(sizes({ a: [{ b: 1 }, { b: [2, 3] }, {}, 5] }, { 'a.b': 1 })).toEqual([
      key(1),
      key(2),
      key(3),
      key(null),
    ])
  })

  it('take a missing field as null and tell an empty array from it', () => {
    expect(sizes({}, { a: 1 })).toEqual([key(null)])
    expect(sizes({ a: null }, { a: 1 })).toEqual([key(null)])
    expect(sizes({ a: [] }, { a: 1 })).toEqual([key(undefined)])
    expect(sizes({ a: [] }, { 'a.b': 1 })).toEqual([key(null)])
    expect(sizes({ a: 5 }, { 'a.b': 1 })).toEqual([key(null)])
  })

  it('combine fields, those of one array element by element', () => {
    expect(sizes({ a: [1, 2], b: 'x' }, { a: 1, b: 1 })).toEqual([key(1, 'x'), key(2, 'x')])
    expect(sizes({ a: [{ x: 1, y: 2 }, { x: 3 }] }, { 'a.x': 1, 'a.y': 1 })).toEqual([
      key(1, 2),
      key(3, null),
    ])
    expect(sizes({ a: 1, b: 2 }, { a: 1, b: -1 })).toEqual([hex(encodeKey([1, 2], [1, -1]))])
  })

  it('are refused for two arrays side by side', () => {
    expect(() => indexKeys({ a: [1], b: [2] }, { a: 1, b: 1 })).toThrow('parallel arrays')
  })
})
