import type { AdminApp, AppDeployment } from '@regent/sdk/admin'
import { CliError } from '../../errors.ts'
import type { FoundServer } from '../../running-server.ts'

/** @throws CliError `deploymentUnknown` */
export const findDeployment = async (
  { admin, ask }: FoundServer,
  app: AdminApp,
  number: string,
): Promise<AppDeployment> => {
  const found = /^\d{1,9}$/.test(number)
    ? await ask(admin.deployments.find(app, Number(number)))
    : undefined
  if (!found) throw new CliError('deploymentUnknown', { number, app: app.clientAppId })
  return found
}
