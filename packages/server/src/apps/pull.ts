import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { AppFiles } from './definition/definition.ts'
import { readFilesOf, readTree } from './definition/kept-files.ts'
import { getDeployment, treeOfDeployment } from './deployments.ts'
import { readApp } from './read-app.ts'

/**
 * An app's files as they run now, or as an earlier deployment had them; byte by byte as they were deployed.
 *
 * @throws `adminAppNotFound`, `deploymentNotFound`, `deploymentWithoutFiles`
 */
export const pullFiles = async (
  deps: Pick<Deps, 'store'>,
  given: Pick<App, 'id'>,
  { deploymentId }: { readonly deploymentId?: string | undefined } = {},
): Promise<AppFiles> => {
  const app = await readApp(deps, given)
  if (deploymentId === undefined) return readFilesOf(deps, app)
  return readTree(deps, app.id, treeOfDeployment(await getDeployment(deps, app, deploymentId)))
}
