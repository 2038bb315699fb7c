import {
  adminPaths,
  adminUserWire,
  resetEmailBody,
  resetPasswordBody,
  userDataWire,
  userDetailsWire,
  userDeviceWire,
  verifiedTokenWire,
  verifyTokenBody,
} from '@regent/protocol'
import { z } from 'zod'
import { getUser } from '../../../use-cases/admin/users.ts'
import { changeEmail } from '../../../use-cases/users/change-email.ts'
import { readUserData } from '../../../use-cases/users/data.ts'
import { listUserDevices, readDetails } from '../../../use-cases/users/details.ts'
import { resetPassword } from '../../../use-cases/users/reset-password.ts'
import { verifyToken } from '../../../use-cases/users/verify-token.ts'
import { toUserDataWire } from '../../client/user-data.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { toDetailsWire, toDeviceWire, toUserWire, toVerifiedWire } from './to-wire.ts'

const pathOf = (path: typeof adminPaths.user): string => path(':projectId', ':appId', ':userId')
const shown = { sessions: 100, events: 20 }

/** What is known of one user. */
export const userRoutesOfOne: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: pathOf(adminPaths.user),
    operation: 'getUser',
    summary: 'One user.',
    tag: 'users',
    access: 'read',
    answer: { status: 200, shape: adminUserWire },
    handle: async ({ deps, app, params }) =>
      toUserWire(await getUser(deps, app, params.userId ?? '')),
  }),
  appRoute({
    method: 'GET',
    path: pathOf(adminPaths.userDevices),
    operation: 'listUserDevices',
    summary: 'Devices that a user logged in from.',
    tag: 'users',
    access: 'read',
    answer: { status: 200, shape: z.array(userDeviceWire) },
    handle: async ({ deps, app, params }) => {
      const user = await getUser(deps, app, params.userId ?? '')
      return (await listUserDevices(deps, user)).map(toDeviceWire)
    },
  }),
  appRoute({
    method: 'GET',
    path: pathOf(adminPaths.userDetails),
    operation: 'getUserDetails',
    summary: 'A user with registration, custom data, sessions, devices, API keys and last events.',
    tag: 'users',
    access: 'read',
    answer: { status: 200, shape: userDetailsWire },
    handle: async ({ deps, app, params }) => {
      const user = await getUser(deps, app, params.userId ?? '')
      return toDetailsWire(await readDetails(deps, app, { user, limits: shown }))
    },
  }),
  appRoute({
    method: 'GET',
    path: pathOf(adminPaths.userData),
    operation: 'getUserData',
    summary: 'Everything that is kept about a user, as the user gets it from `/auth/export`.',
    tag: 'users',
    access: 'read',
    answer: { status: 200, shape: userDataWire },
    handle: async ({ deps, app, params }) => {
      const user = await getUser(deps, app, params.userId ?? '')
      return toUserDataWire(await readUserData(deps, app, user))
    },
  }),
  appRoute({
    method: 'PATCH',
    path: pathOf(adminPaths.resetUserEmail),
    operation: 'resetUserEmail',
    summary: 'Gives the e-mail and password account of a user another address.',
    tag: 'users',
    access: 'write',
    body: resetEmailBody,
    answer: { status: 204 },
    handle: async ({ deps, app, params, body }) => {
      const user = await getUser(deps, app, params.userId ?? '')
      await changeEmail(deps, user, body.email)
    },
  }),
  appRoute({
    method: 'POST',
    path: pathOf(adminPaths.resetUserPassword),
    operation: 'resetUserPassword',
    summary: 'Sets the password of a user, or sends the letter with which the user does.',
    tag: 'users',
    access: 'write',
    body: resetPasswordBody,
    answer: { status: 204 },
    handle: async ({ deps, app, params, body }) => {
      const user = await getUser(deps, app, params.userId ?? '')
      await resetPassword(deps, app, { user, password: body.password })
    },
  }),
  appRoute({
    method: 'POST',
    path: adminPaths.verifyToken(':projectId', ':appId'),
    operation: 'verifyToken',
    summary: 'Says what an access token of the app holds, or that it has expired.',
    tag: 'users',
    access: 'read',
    body: verifyTokenBody,
    answer: { status: 200, shape: verifiedTokenWire },
    handle: async ({ deps, app, body, reply }) => {
      const wire = toVerifiedWire(await verifyToken(deps, app, body.token))
      if (typeof wire !== 'string') return wire
      return reply.header('content-type', 'application/json').send(JSON.stringify(wire))
    },
  }),
]
