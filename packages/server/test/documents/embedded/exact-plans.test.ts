import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { openTemp } from './open-temp.ts'

const ids = Array.from({ length: 4 }, (_, at) => new ObjectId(`${at + 1}`.padStart(24, 'a')))
/** What stands where an id is expected, and where it is. */
const values = [...ids, String(ids[0]), null, undefined, 7, [ids[0], ids[1]], { of: ids[0] }]

const withIds = (field: string) => [
  { [field]: ids[1] },
  { [field]: { $eq: ids[1] } },
  { [field]: { $in: [ids[1], ids[0], ids[1], ids[3]] } },
  { [field]: { $in: [] } },
  { [field]: { $gt: ids[0] } },
  { [field]: { $lt: ids[2] } },
  { [field]: { $gt: ids[0], $lt: ids[3] } },
  { [field]: { $in: [ids[1], null] } },
]

const filters = [
  ...withIds('_id'),
  ...withIds('app'),
  ...withIds('user').map(asked => ({ app: ids[0], ...asked })),
  { app: ids[0], user: ids[1], live: true },
  { app: ids[0], live: true },
  { app: { $gt: ids[0] }, user: ids[1] },
]

const documents = values.flatMap(app =>
  values.flatMap(user =>
    [true, false].map(live => ({ ...(app !== undefined && { app }), user, live })),
  ),
)

describe.each([
  { what: 'no list in them', all: documents.filter(({ app, user }) => lists(app, user) === 0) },
  { what: 'lists in them', all: documents.filter(({ app, user }) => lists(app, user) < 2) },
])('reads by ids of documents with $what', ({ all }) => {
  it('give what a look at every document gives', async () => {
    await using store = await openTemp()
    const found = store.database('shop').collection('found')
    await found.createIndex({ app: 1, user: 1 }, { name: 'both' })
    await found.createIndex({ user: -1 }, { name: 'live', partialFilterExpression: { live: true } })
    await found.insertMany([...ids.map(_id => ({ _id })), ...all])

    for (const filter of filters) {
      const scanned = await found.find(filter, { hint: '$natural', sort: { _id: 1 } })
      const how = JSON.stringify(filter)
      expect(await found.find(filter, { sort: { _id: 1 } }), how).toEqual(scanned)
      expect(await found.countDocuments(filter), how).toBe(scanned.length)
      expect(await found.countDocuments(filter, { skip: 1, limit: 3 }), how).toBe(
        Math.min(3, Math.max(0, scanned.length - 1)),
      )
    }
  })
})

it('counts of more rows than one look takes are exact, with skip and limit too', async () => {
  await using store = await openTemp()
  const found = store.database('shop').collection('found')
  await found.createIndex({ app: 1, user: 1 }, { name: 'both' })
  await found.createIndex({ app: 1 }, { name: 'app' })
  const many = 40_010
  await found.insertMany([
    ...ids.slice(1).map(app => ({ app })),
    ...Array.from({ length: many }, () => ({ app: ids[0] })),
  ])

  expect(await found.countDocuments({ app: ids[0] })).toBe(many)
  expect(await found.countDocuments({ app: { $in: ids } })).toBe(many + 3)
  expect(await found.countDocuments({ app: { $lt: ids[1] } })).toBe(many)
  expect(await found.countDocuments({ app: ids[0] }, { skip: 40_000, limit: 50 })).toBe(10)
  expect(await found.countDocuments({ app: ids[0] }, { skip: 15_000, limit: 10_000 })).toBe(10_000)
}, 60_000)

function lists(...given: unknown[]): number {
  return given.filter(Array.isArray).length
}
