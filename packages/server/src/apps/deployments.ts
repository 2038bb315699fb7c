import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { isId } from '../domain/id.ts'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import type { Deployment, DeploymentPage } from '../store/deployments.ts'
import { countDeployment } from './count-deployment.ts'
import { readTree } from './definition/kept-files.ts'
import { type DeployDeps, putDirectory } from './deploy.ts'
import { readApp } from './read-app.ts'
import { readAppFiles } from './read-directory.ts'
import { refuseDirectory } from './refuse-directory.ts'

type ReadDeps = Pick<Deps, 'store'>
type AppOf = Pick<App, 'id'>

/** The deployments of an app, the newest first. */
export const listDeployments = async (
  deps: ReadDeps,
  app: AppOf,
  page: DeploymentPage,
): Promise<Deployment[]> => {
  await countDeployment(deps, await readApp(deps, app))
  return deps.store.deployments.list(app.id, page)
}

/** @throws `deploymentNotFound` */
export const getDeployment = async (
  deps: ReadDeps,
  app: AppOf,
  id: string,
): Promise<Deployment> => {
  const found = isId(id) ? await deps.store.deployments.find(app.id, id) : undefined
  if (!found) throw new AppError('deploymentNotFound', { id })
  return found
}

/** @throws `deploymentWithoutFiles` for one that was made before files were kept */
export const treeOfDeployment = ({ tree, number }: Deployment): string => {
  if (tree === undefined) throw new AppError('deploymentWithoutFiles', { number: String(number) })
  return tree
}

/**
 * Deploys what an earlier deployment had, as a new deployment; when it is what runs, nothing is done.
 *
 * @throws `deploymentNotFound`, `deploymentWithoutFiles`, and `deploymentRefused` when it cannot be deployed any more,
 * for want of a secret say
 */
export const redeploy = (
  deps: DeployDeps,
  app: AppOf,
  { id, by }: { readonly id: string; readonly by: Operator },
): Promise<Deployment> =>
  refuseDirectory(deps, async () => {
    const earlier = await getDeployment(deps, app, id)
    const tree = treeOfDeployment(earlier)
    const files = await readTree(deps, app.id, tree)
    while (true) {
      const running = await readApp(deps, app)
      if (running.tree === tree && running.deployment) {
        await countDeployment(deps, running)
        return getDeployment(deps, app, running.deployment.id)
      }
      const directory = await readAppFiles(`deployment ${earlier.number}`, files, { inParts: true })
      const name = `deployment ${earlier.number} again`
      const put = await putDirectory(deps, directory, { running, origin: 'rollback', by, name })
      if (put?.deployment) return getDeployment(deps, app, put.deployment.id)
    }
  })
