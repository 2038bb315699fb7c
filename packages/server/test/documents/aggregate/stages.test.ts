import { Decimal128, Long } from 'bson'
import { describe, expect, it } from 'vitest'
import { compilePipeline } from '../../../src/documents/embedded/aggregate/pipeline.ts'
import { piped } from './evaluate.ts'

const sales = [
  { _id: 1, shop: 'a', n: 1 },
  { _id: 2, shop: 'a', n: 3 },
  { _id: 3, shop: 'b', n: 5 },
]

describe('pipelines', () => {
  it('project with inclusions, exclusions and computed fields', () => {
    const documents = [{ _id: 1, a: { b: 1, c: 2 }, list: [{ b: 1, c: 2 }, 5], z: 1 }]

    expect(piped(documents, [{ $project: { 'a.b': 1, list: { b: 1 } } }])).toEqual([
      { _id: 1, a: { b: 1 }, list: [{ b: 1 }] },
    ])
    expect(piped(documents, [{ $project: { 'a.b': 0, list: 0, _id: 0 } }])).toEqual([
      { a: { c: 2 }, z: 1 },
    ])
    expect(piped(documents, [{ $project: { _id: 0, z: 1, 'a.d': '$z', q: '$none' } }])).toEqual([
      { z: 1, a: { d: 1 } },
    ])
    expect(() => piped(documents, [{ $project: { a: 1, z: 0 } }])).toThrow(
      'Cannot do exclusion on field z in inclusion projection',
    )
  })

  it('add fields inside documents and arrays, and take them away', () => {
    const documents = [{ _id: 1, list: [{ a: 1 }, 2], n: 5, gone: 1 }]
    const set = { $set: { 'list.b': '$n', 'n.m': 1, gone: '$$REMOVE' } }

    expect(piped(documents, [set])).toEqual([
      { _id: 1, list: [{ a: 1, b: 5 }, { b: 5 }], n: { m: 1 } },
    ])
    expect(piped(documents, [{ $unset: ['list.a', 'n', 'gone'] }])).toEqual([
      { _id: 1, list: [{}, 2] },
    ])
  })

  it('group with every kind of accumulator', () => {
    const fields = {
      sum: { $sum: '$n' },
      count: { $count: {} },
      deviation: { $stdDevPop: '$n' },
      two: { $firstN: { input: '$n', n: 2 } },
      top: { $top: { sortBy: { n: -1 }, output: '$_id' } },
      least: { $minN: { input: '$n', n: 1 } },
      merged: { $mergeObjects: { $arrayToObject: [[['$shop', '$n']]] } },
      middle: { $median: { input: '$n', method: 'approximate' } },
    }

    const groups = piped(sales, [{ $group: { _id: '$shop', ...fields } }, { $sort: { _id: 1 } }])

    expect(groups[0]).toEqual({
      _id: 'a',
      sum: 4,
      count: 2,
      deviation: 1,
      two: [1, 3],
      top: 2,
      least: [1],
      merged: { a: 3 },
      middle: 1,
    })
    expect(groups).toHaveLength(2)
  })

  it('put equal numbers of different types, and null with missing, into one group', () => {
    const documents = [
      { k: 1 },
      { k: Long.fromNumber(1) },
      { k: Decimal128.fromString('1.0') },
      { k: null },
      {},
    ]

    const groups = piped(documents, [
      { $group: { _id: '$k', n: { $sum: 1 } } },
      { $sort: { _id: 1 } },
    ])

    expect(groups).toEqual([
      { _id: null, n: 2 },
      { _id: 1, n: 3 },
    ])
  })

  it('sort into buckets', () => {
    const fixed = { $bucket: { groupBy: '$n', boundaries: [0, 3, 6] } }
    const automatic = { $bucketAuto: { groupBy: '$n', buckets: 2 } }

    expect(piped(sales, [fixed])).toEqual([
      { _id: 0, count: 1 },
      { _id: 3, count: 2 },
    ])
    expect(piped(sales, [automatic])).toEqual([
      { _id: { min: 1, max: 5 }, count: 2 },
      { _id: { min: 5, max: 5 }, count: 1 },
    ])
    expect(piped(sales, [{ $sortByCount: '$shop' }])).toEqual([
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ])
    expect(() => piped(sales, [{ $bucket: { groupBy: '$n', boundaries: [2, 3] } }])).toThrow(
      'no default was specified',
    )
  })

  it('join with null for missing, and with a pipeline over the matches', () => {
    const others = { o: [{ _id: 1, k: 'a' }, { _id: 2 }, { _id: 3, k: ['a', 'b'] }] }
    const join = { from: 'o', localField: 'k', foreignField: 'k', as: 'r' }
    const pipeline = [{ $match: { $expr: { $gt: ['$_id', '$$low'] } } }, { $project: { k: 0 } }]

    expect(piped([{ k: 'a' }, {}, { k: [] }], [{ $lookup: join }], others)).toEqual([
      { k: 'a', r: [others.o[0], others.o[2]] },
      { r: [others.o[1]] },
      { k: [], r: [] },
    ])
    expect(
      piped(
        [{ k: 'a', low: 1 }],
        [{ $lookup: { ...join, let: { low: '$low' }, pipeline } }],
        others,
      ),
    ).toEqual([{ k: 'a', low: 1, r: [{ _id: 3 }] }])
  })

  it('walk a graph once however it loops', () => {
    const people = [
      { _id: 'a', boss: 'b' },
      { _id: 'b', boss: 'c' },
      { _id: 'c', boss: 'a' },
    ]
    const graph = {
      from: 'people',
      startWith: '$boss',
      connectFromField: 'boss',
      connectToField: '_id',
      as: 'chain',
      depthField: 'd',
    }

    const [first] = piped(people, [{ $graphLookup: graph }], { people })
    const [near] = piped(people, [{ $graphLookup: { ...graph, maxDepth: 0 } }], { people })

    expect(first?.chain).toEqual([
      { _id: 'b', boss: 'c', d: 0 },
      { _id: 'c', boss: 'a', d: 1 },
      { _id: 'a', boss: 'b', d: 2 },
    ])
    expect(near?.chain).toHaveLength(1)
  })

  it('calculate over windows', () => {
    const output = {
      running: { $sum: '$n', window: { documents: ['unbounded', 'current'] } },
      near: { $avg: '$n', window: { range: [-2, 0] } },
      before: { $shift: { output: '$n', by: -1, default: 0 } },
      rank: { $denseRank: {} },
      slope: { $derivative: { input: '$_id' }, window: { documents: [-1, 0] } },
    }

    const rows = piped(sales, [{ $setWindowFields: { sortBy: { n: 1 }, output } }])

    expect(
      rows.map(({ running, near, before, rank, slope }) => [running, near, before, rank, slope]),
    ).toEqual([
      [1, 1, 0, 1, null],
      [4, 2, 1, 2, 0.5],
      [9, 4, 3, 3, 0.5],
    ])
  })

  it('fill gaps in values and in sequences', () => {
    const gaps = [{ x: 1, v: 10 }, { x: 2 }, { x: 4, v: 40 }]
    const fill = { sortBy: { x: 1 }, output: { v: { method: 'linear' } } }
    const range = { step: 1, bounds: 'full' }

    expect(piped(gaps, [{ $fill: fill }])).toEqual([
      { x: 1, v: 10 },
      { x: 2, v: 20 },
      { x: 4, v: 40 },
    ])
    expect(piped(gaps, [{ $densify: { field: 'x', range } }])).toEqual([
      { x: 1, v: 10 },
      { x: 2 },
      { x: 3 },
      { x: 4, v: 40 },
    ])
    expect(
      piped(gaps, [{ $fill: { ...fill, output: { v: { value: 0 }, w: { method: 'locf' } } } }])[1],
    ).toEqual({ x: 2, v: 0, w: null })
  })

  it('tell the engine how they begin and what they write', () => {
    const reading = compilePipeline([
      { $match: { a: 1 } },
      { $match: { b: 2 } },
      { $sort: { c: -1 } },
      { $limit: 5 },
    ])
    const writing = compilePipeline([
      { $project: { n: 1 } },
      {
        $merge: {
          into: { db: 'd', coll: 'c' },
          on: 'k',
          whenMatched: [{ $set: { n: '$$new.n' } }],
        },
      },
    ])

    expect(reading.start).toEqual({
      filter: { $and: [{ a: 1 }, { b: 2 }] },
      sort: { c: -1 },
      limit: 5,
    })
    expect(reading.output).toBeUndefined()
    expect(writing.output).toMatchObject({
      stage: '$merge',
      database: 'd',
      collection: 'c',
      on: ['k'],
      whenMatched: 'pipeline',
      whenNotMatched: 'insert',
    })
    expect(writing.output?.join({ _id: 1, n: 1, z: 1 }, { _id: 1, n: 2 }, new Date(0))).toEqual({
      _id: 1,
      n: 2,
      z: 1,
    })
  })

  it('are refused before any document is read', () => {
    const refused: readonly (readonly [object[], string])[] = [
      [[{ $who: {} }], "Unrecognized pipeline stage name: '$who'"],
      [[{ $constructor: {} }], "Unrecognized pipeline stage name: '$constructor'"],
      [[{ $indexStats: {} }], 'The stage $indexStats is not supported'],
      [[{ $geoNear: {} }], 'The stage $geoNear is not supported'],
      [[{ $out: 'x' }, { $match: {} }], '$out can only be the final stage in the pipeline'],
      [[{ $facet: { a: [{ $out: 'x' }] } }], '$out is not allowed within a $facet stage'],
      [[{ $match: {}, $limit: 1 }], 'must contain exactly one field'],
      [[{ $limit: 0 }], 'Expected a positive number'],
      [[{ $group: { n: { $sum: 1 } } }], 'a group specification must include an _id'],
      [[{ $group: { _id: 1, n: { $who: 1 } } }], "unknown group operator '$who'"],
      [[{ $group: { _id: 1, n: { $accumulator: {} } } }], '$accumulator is not supported'],
      [[{ $lookup: { from: 'x', as: 'y' } }], "$lookup requires either 'pipeline' or both"],
    ]

    for (const [pipeline, message] of refused) {
      expect(() => compilePipeline(pipeline)).toThrow(message)
    }
  })
})
