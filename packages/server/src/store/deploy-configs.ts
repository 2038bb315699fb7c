import type { Database } from '../documents/documents.ts'
import { fromDate, toDate, toObjectId } from './object-id.ts'

/** How changes are to come into an app. Times are milliseconds since 1970. */
export type DeployConfig = {
  readonly appId: string
  readonly uiDraftsDisabled: boolean
  readonly changedAt: number
}

export type DeployConfigStore = {
  find(appId: string): Promise<DeployConfig | undefined>
  put(config: DeployConfig): Promise<void>
}

export const openDeployConfigStore = (database: Database): DeployConfigStore => {
  const configs = database.collection('deployConfigs')

  return {
    find: async appId => {
      const found = await configs.findOne({ _id: toObjectId(appId) })
      if (!found) return undefined
      const { uiDraftsDisabled, changedAt } = found
      return { appId, uiDraftsDisabled: uiDraftsDisabled === true, changedAt: fromDate(changedAt) }
    },
    put: async ({ appId, uiDraftsDisabled, changedAt }) => {
      const config = { uiDraftsDisabled, changedAt: toDate(changedAt) }
      await configs.replaceOne({ _id: toObjectId(appId) }, config, { upsert: true })
    },
  }
}
