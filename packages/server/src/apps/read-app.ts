import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'

/**
 * The app as it is in the store now, also when another server deployed it a moment ago.
 *
 * @throws `adminAppNotFound`
 */
export const readApp = async (
  { store }: Pick<Deps, 'store'>,
  { id }: Pick<App, 'id'>,
): Promise<App> => {
  const app = await store.apps.readById(id)
  if (!app) throw new AppError('adminAppNotFound', { appId: id })
  return app
}
