import { describe, expect, it } from 'vitest'
import { toRelaxed } from '../src/ejson-text.ts'

describe('canonical extended JSON, relaxed', () => {
  it('has plain numbers where they are exact, dates as text, and all else as it was', () => {
    const cases = [
      [{ $numberInt: '3' }, 3],
      [{ $numberLong: '-9007199254740991' }, -9007199254740991],
      [{ $numberLong: '9007199254740993' }, { $numberLong: '9007199254740993' }],
      [{ $numberDouble: '1.5' }, 1.5],
      [{ $numberDouble: 'NaN' }, { $numberDouble: 'NaN' }],
      [{ $numberDouble: '-0.0' }, { $numberDouble: '-0.0' }],
      [{ $date: { $numberLong: '0' } }, { $date: '1970-01-01T00:00:00.000Z' }],
      [{ $date: { $numberLong: '-1' } }, { $date: { $numberLong: '-1' } }],
      [{ $oid: '65a0c0ffee00000000000a01' }, { $oid: '65a0c0ffee00000000000a01' }],
      [{ $undefined: true }, { $undefined: true }],
      [
        { a: [{ b: { $numberInt: '1' } }], c: null },
        { a: [{ b: 1 }], c: null },
      ],
    ]
    for (const [canonical, relaxed] of cases) expect(toRelaxed(canonical)).toEqual(relaxed)
  })
})
