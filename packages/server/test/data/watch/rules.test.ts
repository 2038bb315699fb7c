import { describe, expect, it } from 'vitest'
import type { Role } from '../../../src/domain/data-source.ts'
import { buildDirectory } from '../../../testing/build-directory.ts'
import { openStream, watch } from './event-stream.ts'
import {
  insert,
  isOnCluster,
  itemRules,
  logInAnonymously,
  offersChanges,
  shortly,
  startShop,
  write,
} from './shop.ts'

const owner: Role = { name: 'owner', applyWhen: { owner: '%%user.id' }, read: true, write: true }
/** Everybody else sees names, and nothing of what is inside of `inner` but `open`. */
const guest: Role = {
  name: 'guest',
  applyWhen: {},
  fields: {
    _id: { read: true },
    name: { read: true },
    inner: { fields: { open: { read: true } } },
  },
}
const published: Role = { name: 'published', applyWhen: { published: true }, read: true }

const update = (server: Parameters<typeof write>[0], _id: number, change: object) =>
  write(server, 'updateOne', { query: { _id }, update: change })

describe.skipIf(!offersChanges)('what a watch tells under rules', () => {
  it('is of the documents that its reader may see, which the owner sees and others do not', async () => {
    await using server = await startShop({ source: itemRules({ roles: [owner], filters: [] }) })
    const ada = await logInAnonymously(server)
    const bob = await logInAnonymously(server)
    const [adas, bobs] = [await watch(server, ada.token), await watch(server, bob.token)]

    await insert(server, { _id: 1, owner: ada.userId }, { _id: 2, owner: bob.userId })
    await update(server, 1, { $set: { a: 1 } })
    await insert(server, { _id: 3, owner: ada.userId }, { _id: 4, owner: bob.userId })

    expect((await adas.take(3)).map(shortly)).toEqual([
      ['insert', 1],
      ['update', 1],
      ['insert', 3],
    ])
    expect((await bobs.take(2)).map(shortly)).toEqual([
      ['insert', 2],
      ['insert', 4],
    ])
    expect([...adas.waiting(), ...bobs.waiting()]).toEqual([])
    for (const stream of [adas, bobs]) stream.close()
  })

  it('has no field that its reader may not see, and no update of such fields', async () => {
    await using server = await startShop({ source: itemRules({ roles: [guest], filters: [] }) })
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    await insert(server, { _id: 1, name: 'plum', price: 5, inner: { open: 1, shut: 2 } })
    await update(server, 1, { $set: { price: 6 } })
    await update(server, 1, { $set: { 'inner.shut': 3 } })
    await update(server, 1, { $unset: { price: '' } })
    await update(server, 1, { $set: { name: 'pear', price: 7, 'inner.open': 4, 'inner.shut': 5 } })
    const [inserted, changed] = await stream.take(2)
    await update(server, 1, {
      $set: { inner: { open: 6, shut: 7 } },
      $unset: { name: '', price: '' },
    })

    const [removed] = await stream.take(1)
    expect(inserted?.fullDocument).toEqual({ _id: 1, name: 'plum', inner: { open: 1 } })
    expect(changed?.updateDescription.updatedFields).toEqual({ name: 'pear', 'inner.open': 4 })
    expect(changed?.updateDescription.removedFields).toEqual([])
    expect(removed?.updateDescription).toEqual({
      updatedFields: { 'inner.open': 6 },
      removedFields: ['name'],
    })
    expect(stream.raw()).not.toMatch(/price|shut/)
    stream.close()
  })

  it('has a removed field of which a part was seen, and none of which nothing was', async () => {
    await using server = await startShop({ source: itemRules({ roles: [guest], filters: [] }) })
    const { token } = await logInAnonymously(server)
    await insert(server, { _id: 1, inner: { shut: 1 } }, { _id: 2, inner: { open: 1, shut: 1 } })
    const stream = await watch(server, token)

    await update(server, 1, { $unset: { inner: '' } })
    await update(server, 2, { $unset: { inner: '' } })
    const [event] = await stream.take(1)

    expect(event).toMatchObject({ documentKey: { _id: 2 }, fullDocument: { _id: 2 } })
    expect(event?.updateDescription.removedFields).toEqual(['inner'])
    expect(stream.raw()).not.toContain('removedBeforeChange')
    stream.close()
  })

  it('has arrays that are seen whole as they are cut off', async () => {
    const lists: Role = { name: 'lists', applyWhen: {}, fields: { list: { read: true } } }
    await using server = await startShop({ source: itemRules({ roles: [lists], filters: [] }) })
    const { token } = await logInAnonymously(server)
    await insert(server, { _id: 1, list: [1, 2, 3], hidden: [1, 2, 3] })
    const stream = await watch(server, token)

    await update(server, 1, { $pop: { list: 1, hidden: 1 } })
    await update(server, 1, { $pop: { hidden: 1 } })
    const [event] = await stream.take(1)

    expect(event?.updateDescription).toEqual({
      updatedFields: {},
      removedFields: [],
      truncatedArrays: [{ field: 'list', newSize: 2 }],
    })
    stream.close()
  })

  it('does not answer questions about hidden fields by a filter', async () => {
    await using server = await startShop({ source: itemRules({ roles: [guest], filters: [] }) })
    const { token } = await logInAnonymously(server)
    const filters = [
      { 'fullDocument.price': 5 },
      { 'fullDocument.inner.shut': { $gt: 0 } },
      { 'updateDescription.updatedFields.price': { $exists: true } },
      { 'updateDescription.removedFields': 'price' },
      { 'fullDocument.price': { $exists: true } },
    ]
    const streams = await Promise.all(filters.map(filter => watch(server, token, { filter })))
    const without = await watch(server, token, { filter: { 'fullDocument.price': null } })

    await insert(server, { _id: 1, name: 'plum', price: 5, inner: { open: 1, shut: 2 } })
    await update(server, 1, { $set: { name: 'pear', price: 6 } })
    await update(server, 1, { $set: { name: 'fig' }, $unset: { price: '' } })

    expect((await without.take(3)).map(shortly)).toEqual([
      ['insert', 1],
      ['update', 1],
      ['update', 1],
    ])
    expect(streams.flatMap(stream => stream.waiting())).toEqual([])
    for (const stream of [...streams, without]) stream.close()
  })

  it('does not tell a document that became invisible, and tells one that became visible', async () => {
    await using server = await startShop({ source: itemRules({ roles: [published], filters: [] }) })
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    // An update is told with its document as it is when the log is read: each step waits until the one before was told.
    const next = async () => (await stream.take(1)).map(shortly)
    await insert(server, { _id: 1, text: 'draft', published: false })
    await update(server, 1, { $set: { text: 'better' } })
    await insert(server, { _id: 2, published: true })
    expect(await next()).toEqual([['insert', 2]])

    await update(server, 1, { $set: { published: true } })
    expect(await next()).toEqual([['update', 1]])

    await update(server, 1, { $set: { published: false, text: 'secret' } })
    await insert(server, { _id: 3, published: true })
    expect(await next()).toEqual([['insert', 3]])
    expect(stream.raw()).not.toMatch(/draft|secret/)
    stream.close()
  })

  it.skipIf(isOnCluster)(
    'has deletions of the documents that its reader saw until then',
    async () => {
      await using server = await startShop({
        source: itemRules({ roles: [published], filters: [] }),
      })
      const { token } = await logInAnonymously(server)
      await insert(server, { _id: 1, published: true }, { _id: 2, published: false }, { _id: 3 })
      const stream = await watch(server, token)

      await write(server, 'deleteMany', { query: {} })
      await insert(server, { _id: 4, published: true })

      const [deleted, inserted] = await stream.take(2)
      expect(deleted).toMatchObject({ operationType: 'delete', documentKey: { _id: 1 } })
      expect(Object.keys(deleted ?? {}).sort()).toEqual(
        ['_id', 'clusterTime', 'documentKey', 'ns', 'operationType'].sort(),
      )
      expect(shortly(inserted ?? {})).toEqual(['insert', 4])
      stream.close()
    },
  )

  it('leaves out keys that its reader may not see, and finds none of them by ids', async () => {
    const noKey: Role = { name: 'no key', applyWhen: {}, fields: { name: { read: true } } }
    await using server = await startShop({ source: itemRules({ roles: [noKey], filters: [] }) })
    const { token } = await logInAnonymously(server)
    const byId = await watch(server, token, { ids: ['secret-key'] })
    const stream = await watch(server, token)

    await insert(server, { _id: 'secret-key', name: 'plum' })

    const [event] = await stream.take(1)
    expect(event).toMatchObject({ documentKey: {}, fullDocument: { name: 'plum' } })
    expect(stream.raw()).not.toContain('secret-key')
    expect(byId.waiting()).toEqual([])
    for (const one of [stream, byId]) one.close()
  })

  it('shows an array of which some elements are hidden as it is seen', async () => {
    const partly: Role = {
      name: 'partly',
      applyWhen: {},
      fields: { _id: { read: true }, list: { fields: { open: { read: true } } } },
    }
    await using server = await startShop({ source: itemRules({ roles: [partly], filters: [] }) })
    const { token } = await logInAnonymously(server)
    await insert(server, { _id: 1, list: [{ shut: 1 }, { open: 2 }, { open: 3 }] })
    const stream = await watch(server, token)

    await update(server, 1, { $set: { 'list.0.shut': 5 } })
    await update(server, 1, { $set: { 'list.2.open': 4 } })
    const [event] = await stream.take(1)
    await update(server, 1, { $push: { list: { shut: 6 } } })
    await update(server, 1, { $pop: { list: 1 } })
    await update(server, 1, { $push: { list: { open: 7 } } })
    const [pushed] = await stream.take(1)

    expect(event?.updateDescription.updatedFields).toEqual({ list: [{ open: 2 }, { open: 4 }] })
    expect(pushed?.updateDescription.updatedFields).toEqual({
      list: [{ open: 2 }, { open: 4 }, { open: 7 }],
    })
    expect(stream.waiting()).toEqual([])
    stream.close()
  })

  it('is narrowed by filters, by their query and their projection', async () => {
    const all: Role = { name: 'all', applyWhen: {}, read: true }
    const filter = {
      name: 'in stock',
      applyWhen: {},
      query: { stock: { $gt: 0 } },
      projection: { price: 0 },
    }
    await using server = await startShop({ source: itemRules({ roles: [all], filters: [filter] }) })
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    await insert(server, { _id: 1, stock: 0 }, { _id: 2, stock: 1, price: 5 })
    await update(server, 2, { $set: { price: 6 } })
    await update(server, 1, { $set: { stock: 2 } })

    const events = await stream.take(2)
    expect(events.map(shortly)).toEqual([
      ['insert', 2],
      ['update', 1],
    ])
    expect(events[0]?.fullDocument).toEqual({ _id: 2, stock: 1 })
    expect(stream.raw()).not.toContain('price')
    stream.close()
  })

  it('waits for functions that the rules ask, and keeps the order', async () => {
    const asking: Role = {
      name: 'asking',
      applyWhen: { '%%true': { '%function': { name: 'isOdd', arguments: ['%%root._id'] } } },
      read: true,
    }
    const isOdd = 'exports = async id => { await null; return Number(id) % 2 === 1 }'
    await using server = await startShop({
      app: { functions: { isOdd } },
      source: itemRules({ roles: [asking], filters: [] }),
    })
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    await insert(server, ...Array.from({ length: 20 }, (_, _id) => ({ _id })))

    expect((await stream.take(10)).map(event => event.documentKey._id)).toEqual([
      1, 3, 5, 7, 9, 11, 13, 15, 17, 19,
    ])
    stream.close()
  })

  it('follows rules that are deployed while it is open', async () => {
    await using server = await startShop({ source: itemRules({ roles: [guest], filters: [] }) })
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)
    await insert(server, { _id: 1, name: 'plum', price: 5 })
    expect((await stream.take(1))[0]?.fullDocument).toEqual({ _id: 1, name: 'plum' })
    const deploy = (role: Role): Promise<unknown> => {
      const source = { name: 'mongodb-atlas', ...itemRules({ roles: [role], filters: [] }) }
      return server.running.deploy(buildDirectory({ dataSources: [source] }))
    }

    await deploy({ name: 'all', applyWhen: {}, read: true })
    let price: unknown
    for (let _id = 2; price === undefined; _id += 1) {
      await insert(server, { _id, price: 5 })
      price = (await stream.take(1))[0]?.fullDocument.price
    }

    expect(price).toBe(5)
    stream.close()
  })

  it('ends when the data source is gone from the app', async () => {
    await using server = await startShop()
    const { token } = await logInAnonymously(server)
    const stream = await watch(server, token)

    await server.running.deploy(buildDirectory({ dataSources: ['another'] }))
    let isOver = false
    const ended = stream.ended.then(last => {
      isOver = true
      return last
    })
    const source = server.app.dataSources[0]
    for (let _id = 0; !isOver && source; _id += 1) await insert(server, { _id })

    expect(await ended).toEqual({
      error_code: 'ServiceNotFound',
      error: "service not found: 'mongodb-atlas'",
    })
  })

  it('is nothing where a collection has no rules: the stream is refused', async () => {
    await using server = await startShop({ source: itemRules({ roles: [guest], filters: [] }) })
    const { token } = await logInAnonymously(server)

    const stream = await openStream(server, { token, watch: { collection: 'others' } })
    await stream.ended

    expect(stream.status).toBe(403)
    expect(JSON.parse(stream.raw())).toMatchObject({
      error_code: 'NoMatchingRuleFound',
      error: "no rule exists for namespace 'shop.others'",
    })
  })
})
