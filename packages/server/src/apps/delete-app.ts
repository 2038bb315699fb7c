import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import type { Operator } from '../domain/operator.ts'
import type { LeavingApp } from '../store/leaving-apps.ts'
import { finishDelete } from '../use-cases/delete-account.ts'

/** Users who are deleted at the same time, so that their writes share flushes. */
const batch = 100

/**
 * Deletes an app: from the second write on it is unknown. Users, sessions, secrets, files, log and documents of its own
 * data sources go in the background, `deleteLeaving` finishes what a crash cuts off. No trigger is told: there is none.
 */
export const deleteApp = async (deps: Deps, app: App, by: Operator): Promise<void> => {
  await deps.store.leavingApps.insert(app)
  await deps.store.apps.remove(app.id)
  deps.log.info('app deleted', { app: app.clientAppId, by: by.name })
}

/** Removes what is left of deleted apps. Resolves how many apps are gone now; may be cut off anywhere. */
export const deleteLeaving = async (deps: Deps): Promise<number> => {
  const leaving = await deps.store.leavingApps.list()
  for (const app of leaving) await removeAll(deps, app)
  return leaving.length
}

const removeAll = async (deps: Deps, app: LeavingApp): Promise<void> => {
  const { store, data, activity } = deps
  await store.apps.remove(app.id)
  while (true) {
    const userIds = await store.leavingApps.listUsers(app.id, batch)
    if (userIds.length === 0) break
    await Promise.all(
      userIds.map(async userId => {
        await store.users.markDeleting(userId, [])
        await finishDelete(deps, userId)
      }),
    )
  }
  await data.eraseOwn(app)
  await activity.forgetApp(app.id)
  await store.leavingApps.removeRest(app.id)
  await store.leavingApps.remove(app.id)
  deps.log.info('nothing is left of the app', { app: app.clientAppId })
}
