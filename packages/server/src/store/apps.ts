import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { isDuplicateKey } from '../documents/error.ts'
import type { App } from '../domain/app.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/**
 * Apps as deployed. Answers come from memory where they can: every write goes through this store, which
 * keeps its memory in step, so that a deployment is seen by the next call.
 */
export type AppStore = {
  findById(id: string): Promise<App | undefined>
  findByClientAppId(clientAppId: string): Promise<App | undefined>
  /** As it is in the store now, past what this server remembers. */
  readById(id: string): Promise<App | undefined>
  /** As it is in the store now, past what this server remembers. */
  readByClientAppId(clientAppId: string): Promise<App | undefined>
  /** All apps, by client app id. */
  list(): Promise<App[]>
  /**
   * Adds the app, or replaces the one of the same id. Resolves `false`, writing nothing, when another app
   * has its client app id.
   */
  put(app: App): Promise<boolean>
  /** Resolves `false`, writing nothing, when the id or the client app id is taken. */
  insert(app: App): Promise<boolean>
  /**
   * Puts the app in the place of itself. Resolves `false`, writing nothing, when another deployment than `number` runs
   * meanwhile (`undefined`: than none), or the app is gone.
   */
  replace(app: App, number: number | undefined): Promise<boolean>
  /** Forgets that there is such an app. */
  remove(id: string): Promise<void>
  /** Forgets the apps that another server has deployed since they were read, so that they are read anew. */
  forgetChanged(): Promise<void>
}

const fromApp = ({ id, deployedAt, ...rest }: App): Document => ({
  ...rest,
  _id: toObjectId(id),
  deployedAt: toDate(deployedAt),
})

const toApp = ({ _id, deployedAt, ...rest }: Document): App =>
  ({ ...rest, id: fromObjectId(_id), deployedAt: fromDate(deployedAt) }) as App

const numberOf = (app: App | undefined): number => (app ? (app.deployment?.number ?? 0) : -1)

export const openAppStore = async (database: Database): Promise<AppStore> => {
  const apps = database.collection('apps')
  await apps.createIndex({ clientAppId: 1 }, { unique: true })
  const byId = new Map<string, App>()
  const byClientAppId = new Map<string, App>()

  const remember = (app: App): App => {
    const before = byId.get(app.id)
    if (before) byClientAppId.delete(before.clientAppId)
    byId.set(app.id, app)
    byClientAppId.set(app.clientAppId, app)
    return app
  }

  const forget = (id: string): void => {
    const app = byId.get(id)
    byId.delete(id)
    if (app) byClientAppId.delete(app.clientAppId)
  }

  /** A read that began before a write of the same app must not bring the older app back. */
  const rememberRead = (document: Document | undefined): App | undefined => {
    if (!document) return undefined
    const app = toApp(document)
    return byId.get(app.id) ?? remember(app)
  }

  const rememberNewer = (document: Document | undefined): App | undefined => {
    const app = document && toApp(document)
    if (!app) return undefined
    return numberOf(byId.get(app.id)) < numberOf(app) ? remember(app) : app
  }

  return {
    findById: async id => byId.get(id) ?? rememberRead(await apps.findOne({ _id: toObjectId(id) })),
    findByClientAppId: async clientAppId =>
      byClientAppId.get(clientAppId) ?? rememberRead(await apps.findOne({ clientAppId })),
    readById: async id => {
      const found = await apps.findOne({ _id: toObjectId(id) })
      if (!found) forget(id)
      return rememberNewer(found)
    },
    readByClientAppId: async clientAppId => {
      const found = await apps.findOne({ clientAppId })
      const known = byClientAppId.get(clientAppId)
      if (!found && known) forget(known.id)
      return rememberNewer(found)
    },
    list: async () => {
      const found = await apps.find(
        { clientAppId: { $gt: '' } },
        { sort: { clientAppId: 1 }, hint: 'clientAppId_1' },
      )
      return found.map(toApp)
    },
    put: async app => {
      try {
        await apps.replaceOne({ _id: toObjectId(app.id) }, fromApp(app), { upsert: true })
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
      remember(app)
      return true
    },
    insert: async app => {
      const isNew = await insertNew(apps, fromApp(app))
      if (isNew) remember(app)
      return isNew
    },
    replace: async (app, number) => {
      const { matchedCount } = await apps.replaceOne(
        { _id: toObjectId(app.id), 'deployment.number': number ?? null },
        fromApp(app),
      )
      if (matchedCount === 1 && numberOf(byId.get(app.id)) <= numberOf(app)) remember(app)
      return matchedCount === 1
    },
    remove: async id => {
      await apps.deleteOne({ _id: toObjectId(id) })
      forget(id)
    },
    forgetChanged: async () => {
      if (byId.size === 0) return
      const found = await apps.find(
        { clientAppId: { $gt: '' } },
        { projection: { digest: 1, deployedAt: 1, 'deployment.number': 1 }, hint: 'clientAppId_1' },
      )
      const running = new Map(found.map(one => [fromObjectId(one._id), one]))
      for (const { id, digest, deployedAt, deployment } of [...byId.values()]) {
        const there = running.get(id)
        const isSame =
          there?.digest === digest &&
          fromDate(there.deployedAt) === deployedAt &&
          there.deployment?.number === deployment?.number
        if (!isSame) forget(id)
      }
    },
  }
}
