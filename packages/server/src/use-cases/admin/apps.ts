import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { isId } from '../../domain/id.ts'
import { AppError } from '../../errors.ts'

/** All apps, by client app id. */
export const listApps = ({ store }: Deps): Promise<App[]> => store.apps.list()

/**
 * By the internal id, which Admin API paths carry.
 *
 * @throws `adminAppNotFound`
 */
export const getApp = async ({ store }: Deps, appId: string): Promise<App> => {
  const app = isId(appId) ? await store.apps.findById(appId) : undefined
  if (!app) throw new AppError('adminAppNotFound', { appId })
  return app
}
