import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'

/**
 * Sees to it that the deployment that runs is listed, also after a crash between the two writes. Resolves its number; 0
 * when nothing was deployed.
 */
export const countDeployment = async (
  { store }: Pick<Deps, 'store'>,
  { id: appId, deployment, digest, deployedAt, tree }: App,
): Promise<number> => {
  const last = (await store.deployments.findLast(appId))?.number ?? 0
  if (!deployment) return last
  if (deployment.number > last) {
    await store.deployments.insert({
      ...deployment,
      appId,
      digest,
      deployedAt,
      ...(tree !== undefined && { tree }),
    })
  }
  return Math.max(deployment.number, last)
}
