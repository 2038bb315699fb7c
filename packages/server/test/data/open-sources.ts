import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCluster } from '@regent/server/testing'
import { system } from '../../src/data/actor.ts'
import { openLinks } from '../../src/data/links.ts'
import { openOperations } from '../../src/data/operations/operations.ts'
import { openRooms } from '../../src/data/room/rooms.ts'
import { openSources, type Sources } from '../../src/data/sources/sources.ts'
import { systemJudge } from '../../src/data/system-judge.ts'
import { openViews } from '../../src/data/view/open-view.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openEmbedded } from '../../src/documents/embedded/index.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import type { App } from '../../src/domain/app.ts'
import type { DataSourceLink } from '../../src/domain/data-source.ts'
import { newApp } from '../deps/open-deps.ts'

const closers: (() => Promise<unknown>)[] = []

/** Closes what a test has opened, last first. */
export const closeOpened = async (): Promise<void> => {
  for (const close of closers.splice(0).reverse()) await close()
}

const folderOf = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-sources-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export const embeddedStore = async (): Promise<Documents> => {
  const store = await openEmbedded({ path: join(await folderOf(), 'system.db') })
  closers.push(() => store.close())
  return store
}

/** A cluster as a server's own store, whose databases go at the end. */
export const clusterStore = async (): Promise<Documents> => {
  const systemDatabase = `regent_t${randomBytes(4).toString('hex')}`
  const store = await openMongoDb({ address: testCluster as string, systemDatabase })
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

export const appOf = (clientAppId: string, link: DataSourceLink = { kind: 'own' }): App =>
  newApp({ clientAppId, dataSources: [{ name: 'main', link, rules: [] }] })

export const openAll = async (
  documents: Documents,
  limits: { readonly maxTimeMs?: number } = {},
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
  const operations = openOperations({
    sources,
    judge,
    views,
    hold: openRooms(64 * 1024 * 1024),
    now: Date.now,
    ...limits,
  })
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
