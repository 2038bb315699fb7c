import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareValues, equalValues } from '../../../src/documents/embedded/values/compare.ts'
import { encodeKey } from '../../../src/documents/embedded/values/key.ts'
import { anyBson, numbers } from './bson-values.ts'

const runs = { numRuns: 3_000 }

const someValues = fc.oneof(anyBson, numbers)

const compareKeys = (left: unknown, right: unknown, direction: 1 | -1): number =>
  Buffer.compare(encodeKey([left], [direction]), encodeKey([right], [direction]))

describe('compareValues', () => {
  it('is the same seen from both sides', () => {
    fc.assert(
      fc.property(someValues, someValues, (a, b) => {
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0)
      }),
      runs,
    )
  })

  it('carries over from one pair to the next', () => {
    fc.assert(
      fc.property(someValues, someValues, someValues, (a, b, c) => {
        const values = [{ value: a }, { value: b }, { value: c }]
        const sorted = values.toSorted((left, right) => compareValues(left.value, right.value))
        expect(compareValues(sorted[0]?.value, sorted[2]?.value)).toBeLessThanOrEqual(0)
        if (equalValues(a, b))
          expect(Math.sign(compareValues(a, c))).toBe(Math.sign(compareValues(b, c)))
      }),
      runs,
    )
  })

  it('puts a value at its own place', () => {
    fc.assert(
      fc.property(anyBson, value => {
        expect(compareValues(value, value)).toBe(0)
      }),
    )
  })
})

describe('encodeKey', () => {
  it('orders bytes as compareValues orders values, in both directions', () => {
    fc.assert(
      fc.property(someValues, someValues, (a, b) => {
        const order = Math.sign(compareValues(a, b))
        expect(compareKeys(a, b, 1)).toBe(order)
        expect(compareKeys(a, b, -1)).toBe(order === 0 ? 0 : -order)
      }),
      { numRuns: 6_000 },
    )
  })

  it('orders numbers of all types by their exact values', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(compareKeys(a, b, 1)).toBe(Math.sign(compareValues(a, b)))
      }),
      { numRuns: 6_000 },
    )
  })

  it('orders rows field by field, each in its direction', () => {
    const direction = fc.constantFrom<1 | -1>(1, -1)
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyBson, anyBson, direction), { minLength: 1, maxLength: 3 }),
        fields => {
          const directions = fields.map(field => field[2])
          const left = encodeKey(
            fields.map(field => field[0]),
            directions,
          )
          const right = encodeKey(
            fields.map(field => field[1]),
            directions,
          )
          let order = 0
          for (const [a, b, sign] of fields) order ||= Math.sign(compareValues(a, b)) * sign
          expect(Buffer.compare(left, right) - order).toBe(0)
        },
      ),
      runs,
    )
  })

  it('makes no key the beginning of another', () => {
    fc.assert(
      fc.property(anyBson, anyBson, fc.constantFrom<1 | -1>(1, -1), (a, b, direction) => {
        fc.pre(!equalValues(a, b))
        const left = encodeKey([a], [direction])
        const right = encodeKey([b], [direction])
        expect(Buffer.from(right).subarray(0, left.length).equals(left)).toBe(false)
      }),
      runs,
    )
  })
})
