import {
  adminPaths,
  type OperatorLoginWire,
  operatorKeyLoginBody,
  operatorLoginBody,
  operatorLoginWire,
  operatorProviderWire,
  operatorRefreshWire,
} from '@regent/protocol'
import { z } from 'zod'
import { readBearer } from '../../http/require-session.ts'
import {
  logInOperator,
  logInWithKeyPair,
  type OperatorLoggedIn,
} from '../../use-cases/operators/log-in.ts'
import { endOperatorSession, refreshOperatorSession } from '../../use-cases/operators/sessions.ts'
import { type AdminRoute, adminRoute } from './route.ts'

const smallBodyBytes = 65_536

const toWire = ({ session, accessToken, refreshToken }: OperatorLoggedIn): OperatorLoginWire => ({
  access_token: accessToken,
  refresh_token: refreshToken,
  user_id: session.operatorId,
  device_id: session.id,
})

const providers = ['local-userpass', 'mongodb-cloud'].map(name => ({
  name,
  type: name,
  disabled: false,
}))

/** How operators and their programs log in. */
export const authRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: adminPaths.operatorProviders(),
    operation: 'listOperatorProviders',
    summary: 'Ways in which operators log in.',
    tag: 'operators',
    access: 'open',
    answer: { status: 200, shape: z.array(operatorProviderWire) },
    handle: async () => providers,
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.operatorLogIn(),
    operation: 'logInOperator',
    summary: 'Logs an operator in with e-mail address and password.',
    tag: 'operators',
    access: 'open',
    body: operatorLoginBody,
    bodyLimit: smallBodyBytes,
    answer: { status: 200, shape: operatorLoginWire },
    handle: async ({ deps, context, body, request }) =>
      toWire(await logInOperator(deps, context.operators, { ...body, address: request.ip })),
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.operatorKeyLogIn(),
    operation: 'logInWithKeyPair',
    summary: 'Logs a program in with a key pair.',
    tag: 'operators',
    access: 'open',
    body: operatorKeyLoginBody,
    bodyLimit: smallBodyBytes,
    answer: { status: 200, shape: operatorLoginWire },
    handle: async ({ deps, context, body, request }) =>
      toWire(await logInWithKeyPair(deps, context.operators, { ...body, address: request.ip })),
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.operatorSession(),
    operation: 'refreshOperatorSession',
    summary: 'Gives a new access token; takes the refresh token as bearer.',
    tag: 'operators',
    access: 'refresh',
    answer: { status: 201, shape: operatorRefreshWire },
    handle: async ({ deps, context, request }) => ({
      access_token: await refreshOperatorSession(deps, context.operators, readBearer(request)),
    }),
  }),
  adminRoute({
    method: 'DELETE',
    path: adminPaths.operatorSession(),
    operation: 'endOperatorSession',
    summary: 'Logs out; takes the refresh token as bearer.',
    tag: 'operators',
    access: 'refresh',
    answer: { status: 204 },
    handle: ({ deps, context, request }) =>
      endOperatorSession(deps, context.operators, readBearer(request)),
  }),
]
