import { adminPaths } from '@regent/protocol'
import type { Deps } from '../../../deps.ts'
import type { App } from '../../../domain/app.ts'
import {
  disableUser,
  enableUser,
  endUserSession,
  logOutUser,
  removeUser,
  restoreUser,
} from '../../../use-cases/admin/users.ts'
import { type AdminRoute, appRoute } from '../route.ts'

type Change = {
  readonly method?: 'PUT' | 'DELETE'
  readonly path: typeof adminPaths.user
  readonly operation: string
  readonly summary: string
  run(deps: Deps, app: App, userId: string): Promise<void>
}

const change = ({ method = 'PUT', path, run, ...facts }: Change): AdminRoute =>
  appRoute({
    ...facts,
    method,
    path: path(':projectId', ':appId', ':userId'),
    tag: 'users',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, params }) => run(deps, app, params.userId ?? ''),
  })

/** What an operator does to one user. */
export const userChangeRoutes: readonly AdminRoute[] = [
  change({
    path: adminPaths.disableUser,
    operation: 'disableUser',
    summary: 'Ends all sessions of a user and refuses log-ins.',
    run: disableUser,
  }),
  change({
    path: adminPaths.enableUser,
    operation: 'enableUser',
    summary: 'Lets a disabled user in again.',
    run: enableUser,
  }),
  change({
    path: adminPaths.logOutUser,
    operation: 'logOutUser',
    summary: 'Ends all sessions of a user.',
    run: logOutUser,
  }),
  change({
    path: adminPaths.restoreUser,
    operation: 'restoreUser',
    summary: 'Keeps a user who asked to be deleted and is in the grace period.',
    run: restoreUser,
  }),
  change({
    method: 'DELETE',
    path: adminPaths.user,
    operation: 'deleteUser',
    summary: 'Deletes a user and all that is kept of them, without a grace period.',
    run: removeUser,
  }),
  appRoute({
    method: 'DELETE',
    path: adminPaths.userSession(':projectId', ':appId', ':userId', ':sessionId'),
    operation: 'endUserSession',
    summary: 'Ends one session of a user.',
    tag: 'users',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, params: { userId = '', sessionId = '' } }) =>
      endUserSession(deps, app, { userId, sessionId }),
  }),
]
