import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'

/**
 * The app that clients know under this id. Known apps cost no store read; a deployment is seen at once.
 *
 * @throws `appNotFound`
 */
export const findApp = async ({ store }: Deps, clientAppId: string): Promise<App> => {
  const app = await store.apps.findByClientAppId(clientAppId)
  if (!app) throw new AppError('appNotFound', { appId: clientAppId })
  return app
}
