import {
  adminPaths,
  newOperatorKeyWire,
  type OperatorKeyWire,
  type OperatorWire,
  operatorBody,
  operatorKeyBody,
  operatorKeyWire,
  operatorPasswordBody,
  operatorWire,
} from '@regent/protocol'
import { z } from 'zod'
import type { Admin, AdminKey } from '../../domain/operator.ts'
import { createKeyPair, deleteKeyPair, listKeyPairs } from '../../use-cases/operators/keys.ts'
import {
  createOperator,
  deleteOperator,
  listOperators,
  refusePrograms,
  setOperatorPassword,
} from '../../use-cases/operators/manage.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, adminRoute } from './route.ts'

const timesOf = ({ createdAt, lastLoginAt }: Pick<Admin, 'createdAt' | 'lastLoginAt'>) => ({
  created_at: toSeconds(createdAt),
  ...(lastLoginAt !== undefined && { last_login_at: toSeconds(lastLoginAt) }),
})

const toWire = (admin: Admin): OperatorWire => ({
  _id: admin.id,
  email: admin.email,
  role: admin.role,
  ...timesOf(admin),
})

const toKeyWire = (key: AdminKey): OperatorKeyWire => ({
  _id: key.id,
  name: key.name,
  public_key: key.publicKey,
  role: key.role,
  ...timesOf(key),
})

/** Who may use the Admin API. Nothing here can be changed with a key pair. */
export const operatorRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: adminPaths.operators(),
    operation: 'listOperators',
    summary: 'Operators, oldest first.',
    tag: 'operators',
    access: 'read',
    answer: { status: 200, shape: z.array(operatorWire) },
    handle: async ({ deps }) => (await listOperators(deps)).map(toWire),
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.operators(),
    operation: 'createOperator',
    summary: 'Makes an operator.',
    tag: 'operators',
    access: 'write',
    body: operatorBody,
    answer: { status: 201, shape: operatorWire },
    handle: async ({ deps, operator, body: { role = 'full', ...given } }) => {
      refusePrograms(operator)
      return toWire(await createOperator(deps, { ...given, role }))
    },
  }),
  adminRoute({
    method: 'PUT',
    path: adminPaths.operatorPassword(':operatorId'),
    operation: 'setOperatorPassword',
    summary: 'Gives an operator another password, and ends all sessions.',
    tag: 'operators',
    access: 'write',
    body: operatorPasswordBody,
    answer: { status: 204 },
    handle: ({ deps, operator, params, body }) => {
      refusePrograms(operator)
      return setOperatorPassword(deps, params.operatorId ?? '', body.password)
    },
  }),
  adminRoute({
    method: 'DELETE',
    path: adminPaths.operator(':operatorId'),
    operation: 'deleteOperator',
    summary: 'Deletes an operator, and ends all sessions.',
    tag: 'operators',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, operator, params }) => {
      refusePrograms(operator)
      return deleteOperator(deps, params.operatorId ?? '')
    },
  }),
  adminRoute({
    method: 'GET',
    path: adminPaths.operatorKeys(),
    operation: 'listOperatorKeys',
    summary: 'Key pairs of programs, oldest first, without their private keys.',
    tag: 'operators',
    access: 'read',
    answer: { status: 200, shape: z.array(operatorKeyWire) },
    handle: async ({ deps }) => (await listKeyPairs(deps)).map(toKeyWire),
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.operatorKeys(),
    operation: 'createOperatorKey',
    summary: 'Makes a key pair; its private key is told this once.',
    tag: 'operators',
    access: 'write',
    body: operatorKeyBody,
    answer: { status: 201, shape: newOperatorKeyWire },
    handle: async ({ deps, operator, body: { name, role = 'full' } }) => {
      refusePrograms(operator)
      const { key, privateKey } = await createKeyPair(deps, { name, role })
      return { ...toKeyWire(key), private_key: privateKey }
    },
  }),
  adminRoute({
    method: 'DELETE',
    path: adminPaths.operatorKey(':keyId'),
    operation: 'deleteOperatorKey',
    summary: 'Deletes a key pair; what is logged in with it is out at once.',
    tag: 'operators',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, operator, params }) => {
      refusePrograms(operator)
      return deleteKeyPair(deps, params.keyId ?? '')
    },
  }),
]
