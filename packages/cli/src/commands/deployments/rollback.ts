import type { Run } from '../../command.ts'
import { findApp, findServer } from '../../running-server.ts'
import { findDeployment } from './find-deployment.ts'

export const run: Run = async (input, terminal) => {
  const [wanted = ''] = input.args
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const { id, number } = await findDeployment(server, app, wanted)
  const [before] = await server.ask(server.admin.deployments.list(app, { limit: 1 }))
  await server.ask(server.admin.deployments.redeploy(app, id))
  const [now] = await server.ask(server.admin.deployments.list(app, { limit: 1 }))
  terminal.write(
    now?.id === before?.id
      ? `${app.clientAppId} runs like deployment ${number} already.\n`
      : `${terminal.paint('green', '✓')} ${app.clientAppId} runs as deployment ${now?.number}, which is like deployment ${number}.\n`,
  )
}
