import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** One deployment of an app. Times are milliseconds since 1970. */
export type Deployment = {
  readonly id: string
  readonly appId: string
  /** 1, 2, 3 … within the app. */
  readonly number: number
  /** Digest of the app directory. */
  readonly digest: string
  /** Where it came from: a directory on the server's disk, or a push. */
  readonly origin: 'directory' | 'push'
  readonly deployedAt: number
}

export type DeploymentStore = {
  /** Resolves `false`, writing nothing, when the app has a deployment of that number. */
  insert(deployment: Deployment): Promise<boolean>
  /** The deployment of the highest number. */
  findLast(appId: string): Promise<Deployment | undefined>
  /** True when a deployment of that origin had that digest, ever. */
  hasDigest(appId: string, origin: Deployment['origin'], digest: string): Promise<boolean>
}

const toDeployment = ({ _id, appId, deployedAt, ...rest }: Document): Deployment =>
  ({
    ...rest,
    id: fromObjectId(_id),
    appId: fromObjectId(appId),
    deployedAt: fromDate(deployedAt),
  }) as Deployment

export const openDeploymentStore = async (database: Database): Promise<DeploymentStore> => {
  const deployments = database.collection('deployments')
  await Promise.all([
    deployments.createIndex({ appId: 1, number: -1 }, { unique: true }),
    deployments.createIndex({ appId: 1, origin: 1, digest: 1 }),
  ])

  return {
    insert: ({ id, appId, deployedAt, ...rest }) =>
      insertNew(deployments, {
        ...rest,
        _id: toObjectId(id),
        appId: toObjectId(appId),
        deployedAt: toDate(deployedAt),
      }),
    findLast: async appId => {
      const [last] = await deployments.find(
        { appId: toObjectId(appId) },
        { sort: { appId: 1, number: -1 }, limit: 1, hint: 'appId_1_number_-1' },
      )
      return last && toDeployment(last)
    },
    hasDigest: async (appId, origin, digest) => {
      const found = await deployments.findOne(
        { appId: toObjectId(appId), origin, digest },
        { hint: 'appId_1_origin_1_digest_1', projection: { _id: 1 } },
      )
      return found !== undefined
    },
  }
}
