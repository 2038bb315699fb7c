import { BSON } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { rejection } from './open-app.ts'
import { type Item, itemsOf, openShop } from './shop.ts'

type Items = ReturnType<typeof itemsOf>
type Event = Realm.Services.MongoDB.ChangeEvent<Item>
type Stream = AsyncGenerator<Event>

const text = 'use some odd chars to force weird encoding %\n\r\n\\????>>>>'
const last = 10
const probes = Array.from({ length: 200 }, (_, index) => `probe${index + 1}`)

/**
 * Opens the stream: a generator of realm-web sends its request when the first event is asked for, and says nothing when
 * it is open. So events are made until one arrives.
 */
const begin = async (
  stream: Stream,
  probe: () => Promise<unknown>,
): Promise<IteratorResult<Event>> => {
  let isOpen = false
  const first = stream.next().finally(() => {
    isOpen = true
  })
  while (!isOpen) {
    await probe()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return first
}

const idOf = (event: Event): unknown => {
  if (event.operationType !== 'insert') throw new Error(`it was ${event.operationType}`)
  return event.fullDocument._id
}

const idsUntil = async (stream: Stream, end: unknown): Promise<unknown[]> => {
  const ids: unknown[] = []
  for await (const event of stream) {
    const id = idOf(event)
    if (typeof id === 'string' && id.startsWith('probe')) continue
    ids.push(id)
    if (id === end) break
  }
  return ids
}

const openItems = async () => {
  const { opened, user } = await openShop()
  const items = itemsOf(user)
  let made = 0
  const probe = (): Promise<unknown> => items.insertOne({ _id: probes[made++], name: 'probe' })
  const insertAll = async (): Promise<void> => {
    for (let _id = 0; _id <= last; _id++) await items.insertOne({ _id, name: text })
  }
  return { opened, user, items, probe, insertAll }
}

const streams: readonly [string, (items: Items) => Stream, unknown[]][] = [
  ['all changes', items => items.watch(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]],
  [
    'those of some ids, numbers and strings mixed',
    items => items.watch({ ids: [3, last, ...probes] }),
    [3, 10],
  ],
  [
    'those that a filter lets through, odd characters too',
    items =>
      items.watch({
        filter: {
          $or: [
            { 'fullDocument._id': 3, 'fullDocument.name': text },
            { 'fullDocument._id': last },
            { 'fullDocument.name': 'probe' },
          ],
        },
      }),
    [3, 10],
  ],
]

describe('realm-web: watch', { timeout: 60_000 }, () => {
  for (const [what, open, ids] of streams) {
    it(`tells ${what}, in order`, async () => {
      const { opened, items, probe, insertAll } = await openItems()
      await using _ = opened
      const stream = open(items)
      await begin(stream, probe)
      await insertAll()

      expect(await idsUntil(stream, last)).toEqual(ids)
    })
  }

  it('three at once, each on its own', async () => {
    const { opened, items, probe, insertAll } = await openItems()
    await using _ = opened
    const opening = streams.map(([, open]) => open(items))
    for (const stream of opening) await begin(stream, probe)
    await insertAll()

    const seen = await Promise.all(opening.map(stream => idsUntil(stream, last)))
    expect(seen).toEqual(streams.map(([, , ids]) => ids))
  })

  it('tells updates with the document, replacements and deletions, as BSON values', async () => {
    const { opened, items, probe } = await openItems()
    await using _ = opened
    const _id = new BSON.ObjectId()
    const stream = items.watch({ ids: [_id, ...probes] })
    await begin(stream, probe)
    await items.insertOne({ _id, name: 'a' })
    await items.updateOne({ _id }, { $set: { at: new Date(5) } })
    await items.updateOne({ _id }, { name: 'b' })
    await items.deleteOne({ _id })

    const seen: Event[] = []
    for await (const event of stream) {
      if (event.operationType === 'insert' && typeof event.fullDocument._id === 'string') continue
      seen.push(event)
      if (event.operationType === 'delete') break
    }
    expect(seen.map(event => event.operationType)).toEqual([
      'insert',
      'update',
      'replace',
      'delete',
    ])
    expect(seen[1]).toMatchObject({
      ns: { db: 'test-database', coll: 'test-collection' },
      updateDescription: { updatedFields: { at: new Date(5) }, removedFields: [] },
    })
    const [, updated] = seen as { fullDocument?: { at?: Date } }[]
    expect(updated?.fullDocument?.at).toEqual(new Date(5))
    const deleted = seen[3] as unknown as { documentKey: { _id: BSON.ObjectId } }
    expect(deleted.documentKey._id.equals(_id)).toBe(true)
  })

  it('gets a new access token when the old one ran out', async () => {
    const { opened, user, items, probe } = await openItems()
    await using _ = opened
    const before = user.accessToken
    opened.server.advance(31 * 60 * 1_000)
    const stream = items.watch()

    await begin(stream, async () => undefined === (await probe()))

    expect(user.accessToken).not.toBe(before)
    await stream.return(undefined)
  })

  it('shows what the rules show, and is refused where they say nothing', async () => {
    const rules = [
      {
        database: 'test-database',
        collection: 'test-collection',
        roles: [
          { name: 'all', applyWhen: { name: 'probe' }, read: true, write: true, insert: true },
        ],
        filters: [],
      },
    ]
    const { opened, user } = await openShop({ dataSources: [{ name: 'local-mongodb', rules }] })
    await using _ = opened

    const refused = await rejection(itemsOf(user, 'elsewhere').watch().next())

    expect(refused).toMatchObject({ statusCode: 403, errorCode: 'NoMatchingRuleFound' })
    const stream = itemsOf(user).watch()
    const first = await begin(stream, () => itemsOf(user).insertOne({ name: 'probe' }))
    expect(first.done).toBe(false)
    await stream.return(undefined)
  })

  it('simply ends when the server does', async () => {
    const { opened, items, probe } = await openItems()
    const stream = items.watch()
    await begin(stream, probe)
    const rest = idsUntil(stream, last)
    await opened.server.stop()

    expect(await rest).toEqual([])
    await opened[Symbol.asyncDispose]()
  })
})
