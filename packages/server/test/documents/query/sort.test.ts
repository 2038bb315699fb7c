import { Double, Long, MaxKey, MinKey } from 'bson'
import { describe, expect, it } from 'vitest'
import type { Sort } from '../../../src/documents/documents.ts'
import { compileSort, compileSorter } from '../../../src/documents/embedded/query/sort.ts'
import { stored } from './find.ts'

const ordered = (values: readonly unknown[], sort: Sort): number[] =>
  compileSorter(sort)
    .sort(values.map((a, _id) => stored(a === undefined ? { _id } : { _id, a })))
    .map(({ _id }) => Number(_id))

describe('a sort', () => {
  it('follows the order of types, and missing fields are null', () => {
    const values = [
      new MaxKey(),
      true,
      'x',
      new Double(Number.NaN),
      new Long(2),
      undefined,
      new MinKey(),
      null,
      [],
    ]

    expect(ordered(values, { a: 1 })).toEqual([6, 8, 5, 7, 3, 4, 2, 1, 0])
    expect(ordered(values, { a: -1 })).toEqual([0, 1, 2, 4, 3, 5, 7, 8, 6])
  })

  it('takes the smallest element upwards and the largest downwards', () => {
    const values = [[3, 9], [5], [1, 20], [{ b: 1 }]]

    expect(ordered(values, { a: 1 })).toEqual([2, 0, 1, 3])
    expect(ordered(values, { a: -1 })).toEqual([3, 2, 0, 1])
    expect(ordered([[{ b: 2 }, { b: 7 }], { b: 3 }, [{ b: 9 }, {}]], { 'a.b': 1 })).toEqual([
      2, 0, 1,
    ])
  })

  it('keeps pairs of one array together', () => {
    const values = [
      [
        { x: 1, y: 9 },
        { x: 2, y: 0 },
      ],
      [{ x: 1, y: 5 }],
    ]

    expect(ordered(values, { 'a.x': 1, 'a.y': 1 })).toEqual([1, 0])
  })

  it('breaks ties by the next field and keeps the order of equals', () => {
    const compare = compileSort({ a: 1, b: -1 })
    const rows = [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 0, b: 0 },
    ]

    expect(rows.toSorted(compare)).toEqual([rows[2], rows[1], rows[0]])
    expect(ordered([1, new Double(1), new Long(1)], { a: -1 })).toEqual([0, 1, 2])
  })

  it('goes by position where the path names one', () => {
    expect(ordered([[1, 5], [2, 3], [3]], { 'a.1': 1 })).toEqual([2, 1, 0])
  })

  it('is refused with wrong directions, wrong names and parallel arrays', () => {
    for (const sort of [{ a: 2 }, { a: 'x' }, { a: { $meta: 'textScore' } }, { '': 1 }, { $a: 1 }])
      expect(() => compileSort(sort as unknown as Sort), JSON.stringify(sort)).toThrow()
    const compare = compileSort({ a: 1, b: 1 })
    expect(() => compare({ a: [1], b: [2] }, {})).toThrow('parallel arrays')
  })
})
