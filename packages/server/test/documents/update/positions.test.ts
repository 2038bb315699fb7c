import type { Document } from 'bson'
import { describe, expect, it } from 'vitest'
import { compileUpdate, isReplacement } from '../../../src/documents/embedded/update/update.ts'
import { upsertDocument } from '../../../src/documents/embedded/update/upsert.ts'
import { exactly, updated } from './evaluate.ts'

describe('positional updates', () => {
  it('change the element that the query matched', () => {
    const document = { a: [{ x: 1 }, { x: 5 }], b: [7, 8] }

    expect(updated(document, { $inc: { 'a.$.x': 1 } }, { filter: { 'a.x': { $gt: 2 } } })).toBe(
      exactly({ a: [{ x: 1 }, { x: 6 }], b: [7, 8] }),
    )
    expect(updated(document, { $unset: { 'b.$': '' } }, { filter: { b: 8 } })).toBe(
      exactly({ a: [{ x: 1 }, { x: 5 }], b: [7, null] }),
    )
    expect(() => updated(document, { $set: { 'a.$.x': 1 } })).toThrow(
      'The positional operator did not find the match needed from the query.',
    )
  })

  it('change every element, or those that an array filter selects', () => {
    const document = {
      a: [
        { n: 1, t: [1, 2] },
        { n: 5, t: [3] },
      ],
    }
    const arrayFilters = [{ $or: [{ 'e.n': 5 }, { 'e.n': 9 }] }, { low: { $lt: 2 } }]

    expect(updated(document, { $mul: { 'a.$[].t.$[]': 10 } })).toBe(
      exactly({
        a: [
          { n: 1, t: [10, 20] },
          { n: 5, t: [30] },
        ],
      }),
    )
    expect(
      updated(document, { $set: { 'a.$[e].n': 0, 'a.$[].t.$[low]': 0 } }, { arrayFilters }),
    ).toBe(
      exactly({
        a: [
          { n: 1, t: [0, 2] },
          { n: 0, t: [3] },
        ],
      }),
    )
  })

  it('find their elements in the document as it was before the update', () => {
    const arrayFilters = [{ 'e.state': 'new' }]
    const update = { $set: { 'a.$[e].at': 1, 'a.$[e].state': 'old', 'a.$[e].who': 'x' } }

    expect(updated({ a: [{ state: 'new' }, { state: 'no' }] }, update, { arrayFilters })).toBe(
      exactly({ a: [{ state: 'old', at: 1, who: 'x' }, { state: 'no' }] }),
    )
  })

  it('are refused when filter and path do not fit', () => {
    const set = { $set: { 'a.$[e]': 1 } }
    const run = (update: Document, arrayFilters: Document[], document: Document = {}) =>
      expect(() => updated(document, update, { arrayFilters }))

    run(set, []).toThrow("No array filter found for identifier 'e' in path 'a.$[e]'")
    run({ $set: { a: 1 } }, [{ e: 1 }]).toThrow("The array filter for identifier 'e' was not used")
    run(set, [{ e: 1 }, { 'e.x': 1 }]).toThrow(
      'Found multiple array filters with the same top-level field name e',
    )
    run(set, [{ E: 1 }]).toThrow('must be an alphanumeric string beginning with a lowercase letter')
    run(set, [{ e: 1, f: 1 }]).toThrow("Expected a single top-level field name, found 'e' and 'f'")
    run(set, [{}]).toThrow(
      'Cannot use an expression without a top-level field name in arrayFilters',
    )
    run(set, [{ e: 1 }], { a: 5 }).toThrow('Cannot apply array updates to non-array element a: 5')
    run(set, [{ e: 1 }]).toThrow(
      "The path 'a' must exist in the document in order to apply array updates.",
    )
    run({ $set: { 'a.$.b.$': 1 } }, []).toThrow("Too many positional (i.e. '$') elements")
    run({ $set: { 'a.$[]': 1, 'a.0': 1 } }, [], { a: [1] }).toThrow("create a conflict at 'a.0'")
  })
})

describe('replacements and upserts', () => {
  it('tell a replacement from an update', () => {
    expect([{}, { a: 1 }, { $set: {} }, [{ $set: {} }]].map(isReplacement)).toEqual([
      true,
      true,
      false,
      false,
    ])
    expect(() => compileUpdate({ a: 1, $set: {} })).toThrow("The dollar ($) prefixed field '$set'")
  })

  it('keep _id first and as it was', () => {
    expect(updated({ _id: 1, a: 1 }, { b: 1, _id: 1 })).toBe(exactly({ _id: 1, b: 1 }))
    expect(() => updated({ _id: 1 }, { _id: 2 })).toThrow(
      "the (immutable) field '_id' was found to have been altered to _id: 2",
    )
    expect(() => updated({ _id: 1 }, { $unset: { _id: '' } })).toThrow(
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    )
    expect(() => updated({ _id: 1 }, [{ $set: { _id: 2 } }])).toThrow("immutable field '_id'")
    expect(updated({ a: 1 }, { $set: { _id: 2 } }, { isInsert: true })).toBe(
      exactly({ a: 1, _id: 2 }),
    )
  })

  it('run pipelines of the stages that an update allows', () => {
    const stages = [
      { $addFields: { total: { $sum: '$list' }, at: '$$NOW' } },
      { $project: { list: 0 } },
      { $replaceWith: { $mergeObjects: ['$$ROOT', { done: true }] } },
    ]

    expect(updated({ _id: 1, list: [1, 2] }, stages)).toBe(
      exactly({ _id: 1, total: 3, at: new Date(1000), done: true }),
    )
    expect(() => updated({}, [{ $match: {} }])).toThrow(
      '$match is not allowed to be used within an update',
    )
  })

  it('start an upsert from what the filter requires to be equal', () => {
    const filter = {
      a: 1,
      'b.c': { $eq: 2, $gt: 0 },
      d: { $gt: 1 },
      e: /x/,
      $and: [{ f: { $in: [5] } }, { $or: [{ g: 6 }] }],
      $or: [{ h: 1 }, { h: 2 }],
    }

    expect(upsertDocument(filter)).toEqual({ a: 1, b: { c: 2 }, f: 5, g: 6 })
    expect(upsertDocument({ a: { b: 1 } })).toEqual({ a: { b: 1 } })
    expect(Object.keys(upsertDocument(JSON.parse('{"__proto__": 5}')))).toEqual(['__proto__'])
    expect(() => upsertDocument({ a: 1, $and: [{ a: 2 }] })).toThrow("path 'a' is matched twice")
    expect(() => upsertDocument({ a: { x: 1 }, 'a.y': 2 })).toThrow(
      "both paths 'a.y' and 'a' are matched",
    )
  })

  it('refuse what is no update at all, or nested without end', () => {
    const circle: Document = {}
    circle.a = circle

    for (const update of [null, 5, 'text'] as unknown as Document[]) {
      expect(() => compileUpdate(update)).toThrow('Update argument must be either an object')
    }
    expect(() => compileUpdate([null] as unknown as Document[])).toThrow('exactly one field')
    expect(() => compileUpdate({ $set: circle })).toThrow('nested deeper than')
    expect(() =>
      compileUpdate({ $set: { a: 1 } }, { arrayFilters: [null] as unknown as Document[] }),
    ).toThrow('arrayFilters must be an array of objects')
  })
})
