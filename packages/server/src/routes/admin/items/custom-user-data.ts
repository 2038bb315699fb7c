import { adminPaths, customUserDataBody, customUserDataWire } from '@regent/protocol'
import { changeApp, readDefinition } from '../../../apps/definition/change-app.ts'
import { changeCustomUserData, readCustomUserData } from '../../../apps/items/custom-user-data.ts'
import { type AdminRoute, appRoute } from '../route.ts'

const path = adminPaths.customUserData(':projectId', ':appId')
const tag = 'custom user data'

/** Where an app keeps custom user data. */
export const customUserDataRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path,
    operation: 'getCustomUserData',
    summary: 'Where custom user data is, and the function that is asked before a user is made.',
    tag,
    access: 'read',
    answer: { status: 200, shape: customUserDataWire },
    handle: async ({ deps, app, operator }) =>
      readCustomUserData(await readDefinition(deps, app, operator)),
  }),
  appRoute({
    method: 'PATCH',
    path,
    operation: 'changeCustomUserData',
    summary: 'Changes what is given of the settings of custom user data.',
    tag,
    access: 'write',
    body: customUserDataBody,
    answer: { status: 204 },
    handle: ({ deps, app, operator, body }) =>
      changeApp(deps, app, operator, definition => changeCustomUserData(definition, body)),
  }),
]
