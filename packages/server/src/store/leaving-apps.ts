import type { Database } from '../documents/documents.ts'
import type { App } from '../domain/app.ts'
import { fromObjectId, toObjectId } from './object-id.ts'

/** An app that was deleted and of which something may be left. */
export type LeavingApp = Pick<App, 'id' | 'clientAppId' | 'dataSources'>

export type LeavingAppStore = {
  /** Does nothing when it is there already. */
  insert(app: LeavingApp): Promise<void>
  list(): Promise<LeavingApp[]>
  findByClientAppId(clientAppId: string): Promise<LeavingApp | undefined>
  /** Ids of users of the app, some of them. */
  listUsers(appId: string, limit: number): Promise<string[]>
  /** Removes everything that is kept for the app itself. Its users are to be gone before. */
  removeRest(appId: string): Promise<void>
  /** Says that nothing is left. */
  remove(appId: string): Promise<void>
}

/** Collections of which an index begins with the app. */
const byApp = ['secrets', 'signingKeys', 'apiKeys', 'mailbox', 'outbox', 'drafts', 'files'] as const
/** Collections whose ids begin with the app. */
const byId = ['identities', 'passwords'] as const

export const openLeavingAppStore = async (database: Database): Promise<LeavingAppStore> => {
  const leaving = database.collection('leavingApps')
  await leaving.createIndex({ clientAppId: 1 })

  return {
    insert: async ({ id, clientAppId, dataSources }) => {
      const sources = dataSources.map(({ name, link }) => ({ name, link }))
      await leaving.replaceOne(
        { _id: toObjectId(id) },
        { clientAppId, dataSources: sources },
        { upsert: true },
      )
    },
    list: async () => {
      const found = await leaving.find(
        { clientAppId: { $gt: '' } },
        { hint: 'clientAppId_1', limit: 10 },
      )
      return found.map(({ _id, ...rest }) => ({ ...rest, id: fromObjectId(_id) }) as LeavingApp)
    },
    findByClientAppId: async clientAppId => {
      const found = await leaving.findOne({ clientAppId })
      if (!found) return undefined
      const { _id, ...rest } = found
      return { ...rest, id: fromObjectId(_id) } as LeavingApp
    },
    listUsers: async (appId, limit) => {
      const found = await database
        .collection('users')
        .find(
          { appId: toObjectId(appId) },
          { sort: { appId: 1, _id: 1 }, limit, projection: { _id: 1 }, hint: 'appId_1__id_1' },
        )
      return found.map(({ _id }) => fromObjectId(_id))
    },
    removeRest: async appId => {
      for (const name of byApp) {
        await database.collection(name).deleteMany({ appId: toObjectId(appId) })
      }
      for (const name of byId) {
        await database.collection(name).deleteMany({ _id: { $gte: `${appId}:`, $lt: `${appId};` } })
      }
      await database.collection('deployConfigs').deleteOne({ _id: toObjectId(appId) })
      await database.collection('imported').deleteOne({ _id: toObjectId(appId) })
      await database.collection('deployments').deleteMany({ appId: toObjectId(appId) })
    },
    remove: async appId => {
      await leaving.deleteOne({ _id: toObjectId(appId) })
    },
  }
}
