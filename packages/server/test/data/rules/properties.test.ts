import type { Document } from 'bson'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RuleFilter } from '../../../src/domain/data-source.ts'
import { eachEngine } from '../operations/shop.ts'
import {
  customData,
  documents,
  mayWrite,
  type RoleOracle,
  roles,
  toRole,
  visibleOf,
} from './oracle.ts'
import { openWorld, type World } from './world.ts'

const path = fc.constantFrom(
  '_id',
  'owner',
  'pub',
  'n',
  'secret',
  'addr',
  'addr.city',
  'addr.zip',
  'tags',
  'missing',
)
const value = fc.constantFrom<unknown>(
  0,
  1,
  2,
  true,
  false,
  'me',
  'you',
  'x',
  'a',
  null,
  { city: 'x', zip: 1 },
  { city: 'x' },
)
const demand = fc.oneof(
  value,
  fc.record({ $ne: value }),
  fc.record({ $gt: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ $lte: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ $in: fc.array(value, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(value, { maxLength: 2 }) }),
  fc.record({ $exists: fc.boolean() }),
  fc.record({ $not: fc.record({ $gt: fc.constant(1) }) }),
  fc.record({ $size: fc.integer({ min: 0, max: 2 }) }),
)
const leaf: fc.Arbitrary<Document> = fc.tuple(path, demand).map(([name, one]) => ({ [name]: one }))
const query: fc.Arbitrary<Document> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: leaf },
  { weight: 1, arbitrary: fc.record({ $or: fc.tuple(leaf, leaf) }) },
  { weight: 1, arbitrary: fc.record({ $and: fc.tuple(leaf, leaf) }) },
  { weight: 1, arbitrary: fc.record({ $nor: fc.tuple(leaf) }) },
)
const sort = fc.dictionary(path, fc.constantFrom(1, -1), { minKeys: 1, maxKeys: 2 })
const projection = fc.constantFrom<Document>(
  {},
  { secret: 1 },
  { n: 1, _id: 0 },
  { secret: 0 },
  { 'addr.city': 1 },
  { shown: '$secret' },
  { tags: { $slice: 1 } },
  { tags: { $elemMatch: { $eq: 'a' } } },
)
const options = fc.record(
  { sort, skip: fc.integer({ min: 0, max: 2 }), limit: fc.integer({ min: 1, max: 4 }) },
  { requiredKeys: [] },
)

const read: fc.Arbitrary<readonly [string, ...unknown[]]> = fc.oneof(
  fc.tuple(fc.constant('find'), query, projection, options),
  fc.tuple(fc.constant('findOne'), query, projection),
  fc.tuple(fc.constant('count'), query),
  fc.tuple(fc.constant('distinct'), path, query),
  fc.tuple(
    fc.constant('aggregate'),
    fc
      .tuple(
        query.map($match => ({ $match })),
        fc.constantFrom<Document>(
          { $group: { _id: '$secret', count: { $sum: 1 }, most: { $max: '$n' } } },
          { $project: { copy: '$secret', n: 1 } },
          { $addFields: { copy: '$addr', sum: { $add: ['$n', '$secret'] } } },
          { $sort: { secret: -1, _id: 1 } },
          { $unwind: '$tags' },
          { $sortByCount: '$secret' },
          { $replaceRoot: { newRoot: { inner: '$$ROOT' } } },
          { $count: 'count' },
        ),
      )
      .map(stages => [...stages]),
  ),
)

const inOrder = (answer: unknown): unknown =>
  Array.isArray(answer) ? answer.map(one => JSON.stringify(one)).sort() : answer

/** A stored document has an `_id`, one that is seen need not: then nothing can be asked about it over stored ones. */
const isAboutId = (args: readonly unknown[]): boolean => {
  const text = JSON.stringify(args).replaceAll('"$group":{"_id":', '')
  return /"_id"|\$\$ROOT/.test(text)
}

/** Ids that the engine had to make. */
const withoutMadeIds = <Value>(value: Value): Value =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(/"_id":"[0-9a-f]{24}",?/g, '')
      .replaceAll(',}', '}'),
  )

type FilterOracle = {
  readonly rule: Pick<RuleFilter, 'query' | 'projection'>
  readonly lets: (document: Document) => boolean
  readonly show: (visible: Document) => Document
}

const whole = (visible: Document): Document => visible
const filters = fc.constantFrom<readonly FilterOracle[]>(
  [],
  [],
  [{ rule: { query: { pub: true }, projection: {} }, lets: ({ pub }) => pub, show: whole }],
  [
    { rule: { query: { n: { $gt: 0 } }, projection: {} }, lets: ({ n }) => n > 0, show: whole },
    {
      rule: { query: { tags: { $ne: 'b' } }, projection: { secret: 0 } },
      lets: ({ tags }) => !tags.includes('b'),
      show: ({ secret: _secret, ...visible }) => visible,
    },
  ],
)

const filtered = (stored: readonly Document[], all: readonly FilterOracle[]): Document[] =>
  stored.filter(document => all.every(({ lets }) => lets(document)))

const visibleOfAll = (all: readonly RoleOracle[], stored: readonly Document[]): Document[] =>
  stored.flatMap(document => visibleOf(all, document) ?? [])

const change = fc.constantFrom<Document>(
  { $set: { n: 9 } },
  { $set: { secret: 9 } },
  { $set: { owner: 'me' } },
  { $set: { 'addr.city': 'z' } },
  { $set: { pub: true, n: 3 } },
  { $inc: { n: 1 } },
  { $unset: { secret: '' } },
  { $rename: { secret: 'n' } },
  { $push: { tags: 'z' } },
  { $pull: { tags: 'a' } },
  { $max: { secret: 1 } },
  { $set: { fresh: 1 } },
)

eachEngine('rules', engine => {
  /** Each operation takes a way over the network there. */
  const runs = (count: number) => ({ numRuns: engine.name === 'embedded' ? count : 12 })

  let world: World
  beforeAll(async () => {
    world = await openWorld(customData, engine.link)
  })
  afterAll(() => world[Symbol.asyncDispose]())

  describe('what a user sees through any operation', () => {
    it('is what the same operation gives over what the roles let see of each document', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          roles,
          documents(7),
          fc.tuple(fc.array(read, { minLength: 1, maxLength: 4 }), filters),
          async (all, stored, [reads, applying]) => {
            const asked = applying.map(({ rule }, at) => ({
              name: `filter ${at}`,
              applyWhen: {},
              ...rule,
            }))
            const place = await world.begin(all.map(toRole), stored, asked)
            const visible = visibleOfAll(all, filtered(stored, applying))
              .map(one => applying.reduce((seen, { show }) => show(seen), one))
              .filter(one => Object.keys(one).length > 0)
            const haveIds = visible.every(document => '_id' in document)
            for (const [action, ...args] of reads) {
              if (!haveIds && isAboutId(args)) continue
              const seen = await place.asUser(action, ...args)
              if (seen.refused?.startsWith('databaseError: the projections')) continue
              const wanted = withoutMadeIds(await place.overOthers(visible, action, ...args))
              expect({ refused: seen.refused, answer: inOrder(seen.answer) }).toEqual({
                refused: wanted.refused,
                answer: inOrder(wanted.answer),
              })
            }
          },
        ),
        runs(100),
      )
    })
  })

  describe('what a user changes through any operation', () => {
    it('is only what the roles let write, of documents that they let see', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(
          roles,
          documents(5),
          query,
          change,
          fc.constantFrom('updateOne', 'updateMany', 'findOneAndUpdate'),
          async (all, stored, ...call) => {
            const [asked, update, action] = call
            const place = await world.begin(all.map(toRole), stored)
            const { refused } = await place.asUser(action, asked, update)
            const after = await place.stored()
            for (const before of stored) {
              const now = after.find(({ _id }) => _id === before._id) as Document
              if (JSON.stringify(now) === JSON.stringify(before)) continue
              expect({
                refused,
                now,
                isAllowed: mayWrite(all, { action: 'update', before, after: now }),
              }).toMatchObject({ isAllowed: true })
              expect(visibleOf(all, before)).toBeDefined()
              if (action !== 'updateMany') expect(refused).toBeUndefined()
            }
            expect(after).toHaveLength(stored.length)
          },
        ),
        runs(100),
      )
    })

    it('is all that the roles let write', { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(roles, documents(4), async (all, stored) => {
          const place = await world.begin(all.map(toRole), stored)
          for (const [at, before] of stored.entries()) {
            const after = { ...before, n: before.n + 5 }
            const visible = visibleOf(all, before)
            const isMeant = visible?._id === at
            const isAllowed =
              isMeant &&
              visible?.n !== undefined &&
              mayWrite(all, { action: 'update', before, after })
            const { answer, refused } = await place.asUser(
              'updateOne',
              { _id: at },
              { $set: { n: before.n + 5 } },
            )
            const [, stored] = [answer, (await place.stored())[at]]
            expect({ refused, stored }).toEqual({
              refused: isMeant && !isAllowed ? 'writeRefused: update not permitted' : undefined,
              stored: isAllowed ? after : before,
            })
          }
        }),
        runs(66),
      )
    })

    it('inserts and deletes what the roles let, and nothing else', {
      timeout: 120_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(roles, documents(4), fc.boolean(), async (all, stored, isMany) => {
          const place = await world.begin(all.map(toRole), stored)
          const fresh = {
            _id: 99,
            owner: 'me',
            pub: true,
            n: 2,
            secret: 1,
            addr: { city: 'x', zip: 1 },
            tags: ['a'],
          }

          const inserted = await place.asUser('insertOne', fresh)
          const isInserted = mayWrite(all, { action: 'insert', after: fresh })
          expect(inserted.refused).toBe(
            isInserted ? undefined : 'writeRefused: insert not permitted',
          )

          const [first] = stored
          if (first === undefined) return
          const deleted = await place.asUser(isMany ? 'deleteMany' : 'deleteOne', { _id: 0 })
          const isMeant = visibleOf(all, first)?._id === 0
          const isDeleted = isMeant && mayWrite(all, { action: 'delete', before: first })
          expect(deleted.refused).toBe(
            isMeant && !isDeleted ? 'writeRefused: delete not permitted' : undefined,
          )
          expect((await place.stored()).map(({ _id }) => _id)).toEqual([
            ...stored.slice(isDeleted ? 1 : 0).map(({ _id }) => _id),
            ...(isInserted ? [99] : []),
          ])
        }),
        runs(66),
      )
    })
  })
})
