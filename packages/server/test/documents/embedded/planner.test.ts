import { BSONRegExp, Decimal128, type Document, Double, Long, ObjectId } from 'bson'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Collection, Sort } from '../../../src/documents/documents.ts'
import { openTemp, type TempDocuments } from './open-temp.ts'

const scalars: readonly unknown[] = [
  null,
  0,
  1,
  new Double(1),
  Long.fromNumber(2),
  2.5,
  Decimal128.fromString('2.5'),
  Number.NaN,
  -1,
  '',
  'a',
  'ab',
  'abc',
  'b',
  true,
  false,
  new Date(0),
  new Date(5),
  new ObjectId('000000000000000000000001'),
  new BSONRegExp('^ab', ''),
]
const few = fc.constantFrom<unknown>(0, 1, 2.5, 4, 'ab', null)
const scalar = fc.oneof({ weight: 2, arbitrary: few }, fc.constantFrom(...scalars))
const list = fc.array(scalar, { maxLength: 3 })
const inner = fc.record({ c: fc.oneof(scalar, list), d: scalar }, { requiredKeys: [] })
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  list,
  inner,
  fc.array(inner, { maxLength: 2 }),
)
const document = fc.record({ a: value, b: scalar, e: value }, { requiredKeys: [] })

const comparison = fc.oneof(
  fc.record({ $eq: scalar }),
  fc.record({ $in: list }),
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $ne: scalar }),
)
const demand = fc.oneof(
  scalar,
  comparison,
  fc.constantFrom<unknown>(/^ab?/, /^a/, { $regex: '^ab' }, [], [1], { c: 1 }),
)
const path = fc.constantFrom('a', 'b', 'e', 'a.c', 'a.d', 'a.0', 'e.c')
const between = fc.record({ $gt: few, $lt: few })
/** Filters that two elements of one array can meet together, though none of them does alone. */
const acrossElements = fc.oneof(
  fc.record({ 'a.c': few, 'a.d': few }),
  fc.record({ a: between }),
  fc.record({ 'a.c': between }),
  fc.record({ e: between, b: few }),
)
const filter = fc.oneof(
  acrossElements,
  fc
    .array(fc.tuple(path, demand), { minLength: 1, maxLength: 3 })
    .map(pairs => Object.fromEntries(pairs) as Document),
)
const sort = fc.option(
  fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'a.c', 'e'), fc.constantFrom<1 | -1>(1, -1)), {
      minLength: 1,
      maxLength: 2,
    })
    .map(pairs => Object.fromEntries(pairs) as Sort),
)

const indexes: readonly Sort[] = [
  { a: 1 },
  { b: -1 },
  { b: 1, a: 1 },
  { 'a.c': 1, 'a.d': 1 },
  { e: -1, b: 1 },
  { 'a.0': 1 },
]

/** What a query finds, or the code it is refused with. */
const idsOf = async (
  collection: Collection,
  wanted: Document,
  order: Sort | null,
): Promise<unknown> => {
  try {
    const found = await collection.find(
      wanted,
      order === null ? {} : { sort: { ...order, _id: 1 } },
    )
    const ids = found.map(({ _id }) => _id as number)
    return order === null ? ids.toSorted((left, right) => left - right) : ids
  } catch (error) {
    return (error as { code: number }).code
  }
}

describe('the planner', () => {
  let documents: TempDocuments
  beforeAll(async () => {
    documents = await openTemp()
  })
  afterAll(async () => documents[Symbol.asyncDispose]())

  const open = (name: string): Collection => documents.database('plans').collection(name)

  it('finds through indexes exactly what it finds without', async () => {
    let run = 0
    const docs = fc.array(document, { minLength: 5, maxLength: 25 })
    const property = fc.asyncProperty(
      docs,
      fc.array(fc.tuple(filter, sort), { minLength: 10, maxLength: 10 }),
      async (made, queries) => {
        run += 1
        const [plain, indexed] = [open(`plain${run}`), open(`indexed${run}`)]
        const numbered = made.map((doc, _id) => ({ ...doc, _id }))
        await Promise.all(indexes.map(key => indexed.createIndex(key)))
        const refused = new Set<number>()
        for (const doc of numbered) {
          await indexed.insertOne(doc).catch(() => refused.add(doc._id))
        }
        await plain.insertMany(numbered.filter(({ _id }) => !refused.has(_id)))
        for (const [wanted, order] of queries) {
          const [expected, found] = await Promise.all([
            idsOf(plain, wanted, order),
            idsOf(indexed, wanted, order),
          ])
          expect(found).toEqual(expected)
        }
      },
    )
    await fc.assert(property, { numRuns: 25 })
  }, 60_000)

  it('finds a document whose array meets two conditions by two elements', async () => {
    const things = open('elements')
    await things.createIndex({ 'a.c': 1, 'a.d': 1 })
    await things.createIndex({ n: 1 })
    await things.insertMany([
      {
        _id: 'pairs',
        a: [
          { c: 1, d: 1 },
          { c: 2, d: 2 },
        ],
      },
      { _id: 'numbers', n: [0, 9] },
    ])

    expect(await things.find({ 'a.c': 1, 'a.d': 2 })).toHaveLength(1)
    expect(await things.find({ n: { $gt: 3, $lt: 5 } })).toHaveLength(1)
    expect(await things.find({ n: { $gt: 3, $lt: 5 } }, { hint: 'n_1' })).toHaveLength(1)
    expect(await things.find({}, { sort: { n: -1 } })).toMatchObject([
      { _id: 'numbers' },
      { _id: 'pairs' },
    ])
  })

  it('names the index it uses', async () => {
    const things = open('explained')
    await things.createIndex({ user: 1, at: -1 })
    await things.createIndex({ name: 1 }, { unique: true })
    await things.createIndex(
      { mail: 1 },
      { partialFilterExpression: { mail: { $type: 'string' } } },
    )
    const indexOf = async (wanted: Document, order?: Sort): Promise<unknown> => {
      const { stage, indexName, sortedByIndex } = await things.explain(
        wanted,
        order === undefined ? {} : { sort: order },
      )
      return [indexName ?? stage, sortedByIndex]
    }

    expect(await indexOf({ user: 1 })).toEqual(['user_1_at_-1', false])
    expect(await indexOf({ user: 1 }, { at: -1 })).toEqual(['user_1_at_-1', true])
    expect(await indexOf({ user: 1 }, { at: 1 })).toEqual(['user_1_at_-1', true])
    expect(await indexOf({ user: { $in: [1, 2] } }, { at: 1 })).toEqual(['user_1_at_-1', false])
    expect(await indexOf({ user: 1, at: { $gt: new Date(0) } })).toEqual(['user_1_at_-1', false])
    expect(await indexOf({ at: new Date(0) })).toEqual(['COLLSCAN', false])
    expect(await indexOf({}, { user: -1, at: 1 })).toEqual(['user_1_at_-1', true])
    expect(await indexOf({ name: 'x', user: 1 })).toEqual(['name_1', false])
    expect(await indexOf({ name: /^x/ })).toEqual(['name_1', false])
    expect(await indexOf({ name: /x/ })).toEqual(['COLLSCAN', false])
    expect(await indexOf({ mail: 'x' })).toEqual(['mail_1', false])
    expect(await indexOf({ mail: null })).toEqual(['COLLSCAN', false])
    expect(await indexOf({ _id: { $gt: 1 } }, { _id: -1 })).toEqual(['_id_', true])
  })
})
