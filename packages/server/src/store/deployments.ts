import type { Document } from 'bson'
import type { Database } from '../documents/documents.ts'
import type { RunningDeployment } from '../domain/app.ts'
import { insertNew } from './insert-new.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

/** One deployment of an app. Times are milliseconds since 1970. */
export type Deployment = RunningDeployment & {
  readonly appId: string
  /** Digest of the app directory. */
  readonly digest: string
  readonly deployedAt: number
  /** Name of the list of its kept files; absent when it was deployed without files. */
  readonly tree?: string
}

export type DeploymentPage = {
  readonly limit: number
  /** Only those of lower numbers. */
  readonly before?: number
}

export type DeploymentStore = {
  /** Resolves `false`, writing nothing, when the app has a deployment of that number. */
  insert(deployment: Deployment): Promise<boolean>
  /** The deployment of the highest number. */
  findLast(appId: string): Promise<Deployment | undefined>
  /** Those of that origin and digest. */
  listByDigest(
    appId: string,
    origin: Deployment['origin'],
    digest: string,
  ): Promise<Pick<Deployment, 'tree'>[]>
  /** The newest first. */
  list(appId: string, page: DeploymentPage): Promise<Deployment[]>
  find(appId: string, id: string): Promise<Deployment | undefined>
  findByNumber(appId: string, number: number): Promise<Deployment | undefined>
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
    listByDigest: async (appId, origin, digest) => {
      const found = await deployments.find(
        { appId: toObjectId(appId), origin, digest },
        { hint: 'appId_1_origin_1_digest_1', projection: { tree: 1 } },
      )
      return found.map(({ tree }) => (tree === undefined ? {} : { tree }))
    },
    list: async (appId, { limit, before }) => {
      const found = await deployments.find(
        { appId: toObjectId(appId), ...(before !== undefined && { number: { $lt: before } }) },
        { sort: { appId: 1, number: -1 }, limit, hint: 'appId_1_number_-1' },
      )
      return found.map(toDeployment)
    },
    find: async (appId, id) => {
      const found = await deployments.findOne({ _id: toObjectId(id), appId: toObjectId(appId) })
      return found && toDeployment(found)
    },
    findByNumber: async (appId, number) => {
      const found = await deployments.findOne(
        { appId: toObjectId(appId), number },
        { hint: 'appId_1_number_-1' },
      )
      return found && toDeployment(found)
    },
  }
}
