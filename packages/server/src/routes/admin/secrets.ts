import {
  adminPaths,
  type SecretWire,
  secretBody,
  secretChangeBody,
  secretWire,
} from '@regent/protocol'
import { z } from 'zod'
import {
  changeSecret,
  createSecret,
  listSecrets,
  removeSecret,
} from '../../use-cases/admin/secrets.ts'
import { type AdminRoute, appRoute } from './route.ts'

const toWire = (name: string): SecretWire => ({ _id: name, name })

const all = adminPaths.secrets(':projectId', ':appId')
const one = adminPaths.secret(':projectId', ':appId', ':name')

/** Secrets of an app: their values come in and never out. */
export const secretRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: all,
    operation: 'listSecrets',
    summary: 'Names of the secrets, in order.',
    tag: 'secrets',
    access: 'read',
    answer: { status: 200, shape: z.array(secretWire) },
    handle: async ({ deps, app }) => (await listSecrets(deps, app)).map(toWire),
  }),
  appRoute({
    method: 'POST',
    path: all,
    operation: 'createSecret',
    summary: 'Keeps a secret.',
    tag: 'secrets',
    access: 'write',
    body: secretBody,
    answer: { status: 201, shape: secretWire },
    handle: async ({ deps, app, body }) => {
      await createSecret(deps, app, body)
      return toWire(body.name)
    },
  }),
  appRoute({
    method: 'PUT',
    path: one,
    operation: 'changeSecret',
    summary: 'Gives a secret a new value, a new name, or both; an empty value keeps the old one.',
    tag: 'secrets',
    access: 'write',
    body: secretChangeBody,
    answer: { status: 204 },
    handle: ({ deps, app, body, params }) =>
      changeSecret(deps, app, { from: params.name ?? '', ...body }),
  }),
  appRoute({
    method: 'DELETE',
    path: one,
    operation: 'deleteSecret',
    summary: 'Forgets a secret.',
    tag: 'secrets',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, params }) => removeSecret(deps, app, params.name ?? ''),
  }),
]
