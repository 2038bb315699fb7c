import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { isDuplicateKey } from '../documents/error.ts'
import type { App } from '../domain/app.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/**
 * Apps as deployed. Answers come from memory where they can: every write goes through this store, which
 * keeps its memory in step, so that a deployment is seen by the next call.
 */
export type AppStore = {
  findById(id: string): Promise<App | undefined>
  findByClientAppId(clientAppId: string): Promise<App | undefined>
  /** All apps, by client app id. */
  list(): Promise<App[]>
  /**
   * Adds the app, or replaces the one of the same id. Resolves `false`, writing nothing, when another app
   * has its client app id.
   */
  put(app: App): Promise<boolean>
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

  /** A read that began before a write of the same app must not bring the older app back. */
  const rememberRead = (document: Document | undefined): App | undefined => {
    if (!document) return undefined
    const app = toApp(document)
    return byId.get(app.id) ?? remember(app)
  }

  return {
    findById: async id => byId.get(id) ?? rememberRead(await apps.findOne({ _id: toObjectId(id) })),
    findByClientAppId: async clientAppId =>
      byClientAppId.get(clientAppId) ?? rememberRead(await apps.findOne({ clientAppId })),
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
    forgetChanged: async () => {
      if (byId.size === 0) return
      const found = await apps.find(
        { clientAppId: { $gt: '' } },
        { projection: { digest: 1, deployedAt: 1 }, hint: 'clientAppId_1' },
      )
      const running = new Map(found.map(one => [fromObjectId(one._id), one]))
      for (const { id, clientAppId, digest, deployedAt } of [...byId.values()]) {
        const there = running.get(id)
        if (there?.digest === digest && fromDate(there.deployedAt) === deployedAt) continue
        byId.delete(id)
        byClientAppId.delete(clientAppId)
      }
    },
  }
}
