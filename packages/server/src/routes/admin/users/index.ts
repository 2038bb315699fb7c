import type { AdminRoute } from '../route.ts'
import { userChangeRoutes } from './changes.ts'
import { userListRoutes } from './lists.ts'
import { userRoutesOfOne } from './one.ts'

/** Users of an app. */
export const userRoutes: readonly AdminRoute[] = [
  ...userListRoutes,
  ...userRoutesOfOne,
  ...userChangeRoutes,
]
