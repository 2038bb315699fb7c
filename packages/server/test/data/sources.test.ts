import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { system } from '../../src/data/actor.ts'
import { openLinks } from '../../src/data/links.ts'
import { openOperations } from '../../src/data/operations/operations.ts'
import { openSources, type Sources } from '../../src/data/sources/sources.ts'
import { systemJudge } from '../../src/data/system-judge.ts'
import { openViews } from '../../src/data/view/open-view.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import type { App } from '../../src/domain/app.ts'
import type { DataSourceLink } from '../../src/domain/data-source.ts'
import { newApp } from '../deps/open-deps.ts'
import { mongoAddress } from './operations/shop.ts'

const closers: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const folderOf = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-sources-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const embeddedStore = async (): Promise<Documents> => {
  const store = await openEmbedded({ path: join(await folderOf(), 'system.db') })
  closers.push(() => store.close())
  return store
}

/** A cluster as a server's own store, whose databases go at the end. */
const clusterStore = async (): Promise<Documents> => {
  const systemDatabase = `regent_t${randomBytes(4).toString('hex')}`
  const store = await openMongoDb({ address: mongoAddress as string, systemDatabase })
  const before = new Set(await store.listDatabases())
  closers.push(async () => {
    const ours = (await store.listDatabases()).filter(name => !before.has(name))
    for (const name of ours.filter(one => one.startsWith('regent_'))) {
      if (used.has(name)) await store.database(name).drop()
    }
    await store.close()
  })
  const used = new Set<string>()
  return {
    ...store,
    database: name => {
      used.add(name)
      return store.database(name)
    },
  }
}

const appOf = (clientAppId: string, link: DataSourceLink = { kind: 'own' }): App =>
  newApp({ clientAppId, dataSources: [{ name: 'main', link, rules: [] }] })

const openAll = async (
  documents: Documents,
): Promise<{
  sources: Sources
  folder: string
  run: (app: App, action: string, place: object, ...args: unknown[]) => Promise<unknown>
}> => {
  const folder = await folderOf()
  const links = openLinks({ given: {}, appSecrets: { read: async () => undefined } })
  const sources = openSources({ folder, documents, links, now: Date.now })
  const views = openViews(Date.now)
  closers.push(
    () => sources.close(),
    () => views.close(),
  )
  const judge = async () => systemJudge
  const operations = openOperations({ sources, judge, views, now: Date.now })
  return {
    sources,
    folder,
    run: (app, action, place, ...args) =>
      operations.run(
        app,
        { service: 'main', action, args: [place, ...args], dialect: 'function' },
        system,
      ),
  }
}

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

const reason = mongoAddress === undefined ? ' (skipped: no REGENT_TEST_MONGODB_URL)' : ''

describe.skipIf(mongoAddress === undefined)(`data sources on a cluster${reason}`, () => {
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
    refusedNames(embeddedStore, { kind: 'address', address: mongoAddress ?? '' })

    it('lists no database of a server of ours', async () => {
      const cluster = await clusterStore()
      await cluster
        .database(cluster.systemDatabase ?? '')
        .collection('users')
        .insertOne({ _id: 1 })
      const { run } = await openAll(await embeddedStore())
      const shop = appOf('shop-aaaaa', { kind: 'address', address: mongoAddress as string })

      const names = (await run(shop, 'getDBNames', {})) as string[]

      expect(names.filter(name => /^(regent|admin|local|config)/i.test(name))).toEqual([])
    })
  })
})
