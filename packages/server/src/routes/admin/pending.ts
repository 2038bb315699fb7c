import {
  adminPaths,
  doneWire,
  listPendingQuery,
  type PendingUserWire,
  pendingUserWire,
} from '@regent/protocol'
import { z } from 'zod'
import type { PasswordAccount } from '../../domain/password.ts'
import {
  confirmRegistration,
  deleteRegistrationByEmail,
  deleteRegistrationById,
  listRegistrations,
  runConfirmation,
  sendConfirmation,
} from '../../use-cases/users/registrations.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, appRoute } from './route.ts'

const mostPending = 50

const toWire = (account: PasswordAccount): PendingUserWire => ({
  _id: account.identityId,
  user_id: '',
  domain_id: account.appId,
  login_ids: [{ id_type: 'email', id: account.email }],
  confirmed: account.state === 'confirmed',
  created_at: toSeconds(account.createdAt),
})

const byEmail = (path: typeof adminPaths.pendingUserByEmail): string =>
  path(':projectId', ':appId', ':email')

const facts = { tag: 'pending users', access: 'write' } as const

/** Registrations of e-mail and password of which no user was made yet. */
export const pendingRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.pendingUsers(':projectId', ':appId'),
    operation: 'listPendingUsers',
    summary: 'Registrations that are not confirmed, or with which nobody logged in yet.',
    tag: 'pending users',
    access: 'read',
    query: listPendingQuery,
    answer: { status: 200, shape: z.array(pendingUserWire) },
    handle: async ({ deps, app, query: { after, limit = mostPending } }) => {
      const page = { after, limit: Math.min(limit, mostPending) }
      return (await listRegistrations(deps, app, page)).map(toWire)
    },
  }),
  appRoute({
    ...facts,
    method: 'DELETE',
    path: byEmail(adminPaths.pendingUserByEmail),
    operation: 'deletePendingUserByEmail',
    summary: 'Deletes the registration of an address.',
    answer: { status: 204 },
    handle: ({ deps, app, params }) => deleteRegistrationByEmail(deps, app, params.email ?? ''),
  }),
  appRoute({
    ...facts,
    method: 'DELETE',
    path: adminPaths.pendingUserById(':projectId', ':appId', ':registrationId'),
    operation: 'deletePendingUserById',
    summary: 'Deletes a registration.',
    answer: { status: 204 },
    handle: ({ deps, app, params }) =>
      deleteRegistrationById(deps, app, params.registrationId ?? ''),
  }),
  appRoute({
    ...facts,
    method: 'POST',
    path: byEmail(adminPaths.sendConfirmation),
    operation: 'sendConfirmation',
    summary: 'Sends the confirmation letter once more.',
    answer: { status: 200, shape: doneWire },
    handle: async ({ deps, app, params }) => {
      await sendConfirmation(deps, app, params.email ?? '')
      return {}
    },
  }),
  appRoute({
    ...facts,
    method: 'POST',
    path: byEmail(adminPaths.confirmPendingUser),
    operation: 'confirmPendingUser',
    summary: 'Confirms a registration without a letter.',
    answer: { status: 204 },
    handle: ({ deps, app, params }) => confirmRegistration(deps, app, params.email ?? ''),
  }),
  appRoute({
    ...facts,
    method: 'POST',
    path: byEmail(adminPaths.runConfirmation),
    operation: 'runConfirmation',
    summary: "Runs the app's confirmation function again.",
    answer: { status: 202, shape: doneWire },
    handle: async ({ deps, app, params }) => {
      await runConfirmation(deps, app, params.email ?? '')
      return {}
    },
  }),
]
