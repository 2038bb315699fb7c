import { type AppWire, adminPaths, type DeployWire, deployBody } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { deployApp } from '../../apps/deploy.ts'
import { DirectoryError } from '../../apps/directory.ts'
import { readAppFiles } from '../../apps/read-directory.ts'
import type { App } from '../../domain/app.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { getApp, listApps } from '../../use-cases/admin/apps.ts'

/** Room for an app's functions and templates. */
const deployLimitBytes = 33_554_432

const toWire = (app: App, projectId: string): AppWire => ({
  _id: app.id,
  client_app_id: app.clientAppId,
  name: app.name,
  location: 'US-VA',
  deployment_model: 'GLOBAL',
  domain_id: app.id,
  group_id: projectId,
  last_modified: Math.floor(app.deployedAt / 1000),
  product: 'standard',
})

const deploy = async ({ deps, projectId }: HttpContext, body: unknown): Promise<DeployWire> => {
  const { files, source = 'the directory sent' } = readShape(deployBody, body)
  try {
    const directory = await readAppFiles(source, files)
    const { app, outcome } = await deployApp(deps, directory, {
      origin: 'push',
      when: 'not-running',
    })
    const warnings = directory.warning === undefined ? [] : [directory.warning]
    return { app: toWire(app, projectId), outcome, warnings }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    throw new AppError('deploymentRefused', { problems: error.message }, { cause: error })
  }
}

/** Apps: what is deployed, and deploying. */
export const appRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps, projectId } = context

  server.get(adminPaths.apps(':projectId'), async () =>
    (await listApps(deps)).map(app => toWire(app, projectId)),
  )

  server.get<{ Params: { appId: string } }>(
    adminPaths.app(':projectId', ':appId'),
    async ({ params }) => toWire(await getApp(deps, params.appId), projectId),
  )

  server.post(
    adminPaths.deploy(':projectId'),
    { bodyLimit: deployLimitBytes },
    async (request): Promise<DeployWire> => deploy(context, request.body),
  )
}
