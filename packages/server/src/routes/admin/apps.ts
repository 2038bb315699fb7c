import { adminPaths, type DeployWire, deployBody } from '@regent/protocol'
import type { FastifyInstance } from 'fastify'
import { deployApp } from '../../apps/deploy.ts'
import { DirectoryError } from '../../apps/directory.ts'
import { readAppFiles } from '../../apps/read-directory.ts'
import { AppError, readShape } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { getApp, listApps } from '../../use-cases/admin/apps.ts'
import { toAppWire } from './app-wire.ts'

/** Room for an app's functions and templates. */
const deployLimitBytes = 33_554_432

const deploy = async ({ deps, projectId }: HttpContext, body: unknown): Promise<DeployWire> => {
  const { files, source = 'the directory sent' } = readShape(deployBody, body)
  try {
    const directory = await readAppFiles(source, files)
    const { app, outcome } = await deployApp(deps, directory, {
      origin: 'push',
      when: 'not-running',
    })
    const warnings = directory.warning === undefined ? [] : [directory.warning]
    return { app: toAppWire(app, projectId), outcome, warnings }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    throw new AppError('deploymentRefused', { problems: error.message }, { cause: error })
  }
}

/** Apps: what is deployed, and deploying. */
export const appRoutes = (server: FastifyInstance, context: HttpContext): void => {
  const { deps, projectId } = context

  server.get(adminPaths.apps(':projectId'), async () =>
    (await listApps(deps)).map(app => toAppWire(app, projectId)),
  )

  server.get<{ Params: { appId: string } }>(
    adminPaths.app(':projectId', ':appId'),
    async ({ params }) => toAppWire(await getApp(deps, params.appId), projectId),
  )

  server.post(
    adminPaths.deploy(':projectId'),
    { bodyLimit: deployLimitBytes },
    async (request): Promise<DeployWire> => deploy(context, request.body),
  )
}
