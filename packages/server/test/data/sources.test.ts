import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { testCluster } from '@regent/server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { Documents } from '../../src/documents/documents.ts'
import type { DataSourceLink } from '../../src/domain/data-source.ts'
import { appOf, closeOpened, clusterStore, embeddedStore, openAll } from './open-sources.ts'

afterEach(closeOpened)

const at = (database: string, collection = 'items') => ({ database, collection })

const isolated = (open: () => Promise<Documents>): void => {
  it('keeps the same names of two apps, and of two data sources, apart', async () => {
    const { run } = await openAll(await open())
    const [shop, rival] = [appOf('shop-aaaaa'), appOf('rival-aaaaa')]

    await run(shop, 'insertOne', at('shop'), { _id: 1, of: 'shop' })
    await run(rival, 'insertOne', at('shop'), { _id: 1, of: 'rival' })

    expect(await run(shop, 'find', at('shop'))).toMatchObject([{ of: 'shop' }])
    expect(await run(rival, 'find', at('shop'))).toMatchObject([{ of: 'rival' }])
    expect(await run(shop, 'getDBNames', {})).toEqual(['shop'])
    expect(await run(shop, 'getCollectionNames', { database: 'shop' })).toEqual(['items'])
  })

  it('joins and writes across databases of the app, and of nobody else', async () => {
    const { run } = await openAll(await open())
    const [shop, rival] = [appOf('shop-aaaaa'), appOf('rival-aaaaa')]
    await run(shop, 'insertOne', at('shop'), { _id: 1, of: 'shop' })
    await run(rival, 'insertOne', at('shop', 'secrets'), { _id: 1, of: 'rival' })

    await run(shop, 'aggregate', at('shop'), [{ $out: { db: 'copies', coll: 'items' } }])
    await run(shop, 'aggregate', at('shop'), [
      { $set: { _id: 2 } },
      { $merge: { into: { db: 'copies', coll: 'items' } } },
    ])
    expect(await run(shop, 'count', at('copies'))).toMatchObject({ low: 2 })
    expect(await run(shop, 'count', at('shop', 'secrets'))).toMatchObject({ low: 0 })
    expect(await run(shop, 'getDBNames', {})).toEqual(['copies', 'shop'])
    expect(await run(rival, 'getDBNames', {})).toEqual(['shop'])
    expect(
      await run(shop, 'aggregate', at('shop'), [
        { $lookup: { from: 'secrets', localField: '_id', foreignField: '_id', as: 'found' } },
      ]),
    ).toMatchObject([{ found: [] }])
  })

  it('tells nobody where databases are kept', async () => {
    const { run } = await openAll(await open())
    const shop = appOf('shop-aaaaa')
    await run(shop, 'insertOne', at('shop'), { _id: 1 })

    const failure = (await run(shop, 'insertOne', at('shop'), { _id: 1 }).catch(
      error => error,
    )) as Error
    expect(failure.message).toMatch(/^Duplicate key error/)
    expect(failure.message).not.toContain('regent_')
  })
}

const refusedNames = (open: () => Promise<Documents>, link: DataSourceLink): void => {
  it('reaches no database of the server, of MongoDB, or of another app, by any stage', async () => {
    const { run } = await openAll(await open())
    const shop = appOf('shop-aaaaa', link)
    const kept = link.kind === 'own' ? [] : ['regent', 'Regent', 'regent_staging', 'regent_x_shop']
    const names = ['admin', 'local', 'config', 'a$b', 'a.b', 'a\0b', '', ...kept]

    for (const db of names) {
      const refusal = { refusal: 'namespaceRefused' }
      await expect(run(shop, 'find', at(db)), db).rejects.toMatchObject(refusal)
      await expect(run(shop, 'insertOne', at(db), {}), db).rejects.toMatchObject(refusal)
      await expect(run(shop, 'getCollectionNames', { database: db })).rejects.toMatchObject(refusal)
      const from = { db, coll: 'users' }
      const join = { $lookup: { from, pipeline: [], as: 'x' } }
      for (const stage of [
        join,
        { $unionWith: from },
        { $facet: { all: [join] } },
        { $lookup: { from: 'items', pipeline: [join], as: 'x' } },
        { $unionWith: { coll: 'items', pipeline: [join] } },
        {
          $graphLookup: {
            from,
            startWith: '$a',
            connectFromField: 'a',
            connectToField: 'b',
            as: 'x',
          },
        },
        { $out: from },
        { $merge: { into: from } },
      ]) {
        await expect(
          run(shop, 'aggregate', at('shop'), [stage]),
          `${db} ${JSON.stringify(stage)}`,
        ).rejects.toMatchObject(refusal)
      }
    }
    for (const coll of ['system.users', 'a$b', '']) {
      for (const stage of [
        { $lookup: { from: coll, pipeline: [], as: 'x' } },
        { $unionWith: coll },
        { $unionWith: { coll } },
        { $out: coll },
        { $merge: { into: coll } },
      ]) {
        await expect(
          run(shop, 'aggregate', at('shop'), [stage]),
          JSON.stringify(stage),
        ).rejects.toMatchObject({ refusal: 'namespaceRefused' })
      }
    }
    for (const stage of ['$currentOp', '$indexStats', '$changeStream', '$listSessions', '$who']) {
      await expect(run(shop, 'aggregate', at('shop'), [{ [stage]: {} }])).rejects.toMatchObject({
        refusal: 'databaseError',
        message: `Unrecognized pipeline stage name: '${stage}'.`,
      })
    }
  })
}

describe('own data sources in files', () => {
  isolated(embeddedStore)
  refusedNames(embeddedStore, { kind: 'own' })

  it('has a file of its own for each, which nobody else may read', async () => {
    const { run, folder } = await openAll(await embeddedStore())
    await run(appOf('shop-aaaaa'), 'insertOne', at('shop'), { _id: 1 })

    const place = join(folder, 'apps', 'shop-aaaaa')
    expect(await readdir(place)).toContain('main.db')
    expect((await stat(join(place, 'main.db'))).mode & 0o777).toBe(0o600)
    expect((await stat(place)).mode & 0o777).toBe(0o700)
  })

  it('ends an operation that takes too long', async () => {
    const { run } = await openAll(await embeddedStore(), { maxTimeMs: 300 })
    const shop = appOf('shop-aaaaa')
    const documents = Array.from({ length: 3_000 }, (_, _id) => ({ _id, text: 'x'.repeat(50) }))
    await run(shop, 'insertMany', at('shop'), documents)
    const later = [{ $match: { $expr: { $gt: ['$_id', '$$id'] } } }, { $count: 'n' }]
    const join = { $lookup: { from: 'items', let: { id: '$_id' }, pipeline: later, as: 'all' } }

    await expect(run(shop, 'aggregate', at('shop'), [join])).rejects.toMatchObject({
      refusal: 'operationTimeout',
      message: 'the operation of the data source took too long',
    })
  })

  it('opens a file once, however many ask at the same time, and again after the next start', async () => {
    const store = await embeddedStore()
    const { run, sources } = await openAll(store)
    const shop = appOf('shop-aaaaa')

    await Promise.all(
      Array.from({ length: 20 }, (_, _id) => run(shop, 'insertOne', at('shop'), { _id })),
    )
    expect(await run(shop, 'count', at('shop'))).toMatchObject({ low: 20 })
    await sources.close()
    await expect(run(shop, 'count', at('shop'))).rejects.toMatchObject({
      refusal: 'dataSourceUnavailable',
      message: "the data source 'main' cannot be reached now, try again",
    })
  })
})

const reason = testCluster === undefined ? ' (skipped: no REGENT_TEST_MONGODB_URL)' : ''

describe.skipIf(testCluster === undefined)(`data sources on a cluster${reason}`, () => {
  describe('own ones, in the cluster of the server', () => {
    isolated(clusterStore)
    refusedNames(clusterStore, { kind: 'own' })

    it('leaves room for a prefix in long names', async () => {
      const { run } = await openAll(await clusterStore())

      await expect(run(appOf('shop-aaaaa'), 'find', at('x'.repeat(40)))).rejects.toMatchObject({
        refusal: 'namespaceRefused',
        message: "'database' must not be longer than 39 bytes in this data source",
      })
    })
  })

  describe('linked ones', () => {
    refusedNames(embeddedStore, { kind: 'address', address: testCluster ?? '' })

    it('lists no database of a server of ours', async () => {
      const cluster = await clusterStore()
      await cluster
        .database(cluster.systemDatabase ?? '')
        .collection('users')
        .insertOne({ _id: 1 })
      const { run } = await openAll(await embeddedStore())
      const shop = appOf('shop-aaaaa', { kind: 'address', address: testCluster as string })

      const names = (await run(shop, 'getDBNames', {})) as string[]

      expect(names.filter(name => /^(regent|admin|local|config)/i.test(name))).toEqual([])
    })
  })
})
