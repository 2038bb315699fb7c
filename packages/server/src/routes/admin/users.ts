import type { AdminRoute } from './route.ts'
import { userChangeRoutes } from './users/changes.ts'
import { userListRoutes } from './users/lists.ts'
import { userRoutesOfOne } from './users/one.ts'

/** Users of an app. */
export const userRoutes: readonly AdminRoute[] = [
  ...userListRoutes,
  ...userRoutesOfOne,
  ...userChangeRoutes,
]
