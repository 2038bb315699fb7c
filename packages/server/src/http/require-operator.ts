import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Operator } from '../domain/operator.ts'
import { AppError } from '../errors.ts'
import { findOperator } from '../use-cases/operators/sessions.ts'
import type { HttpContext } from './context.ts'
import { readBearer } from './require-session.ts'

/** What a route asks of who uses it. */
export type OperatorNeeds = 'read' | 'write'

/** Guards for routes of the Admin API. */
export type OperatorGuard = (needs: OperatorNeeds) => (request: FastifyRequest) => Promise<void>

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

const refuseOtherProject = ({ params }: FastifyRequest, projectId: string): void => {
  const named = (params as { readonly projectId?: string }).projectId
  if (named !== undefined && named !== projectId) {
    throw new AppError('projectNotFound', { projectId: named })
  }
}

/**
 * For the Admin API: the operator key, compared in constant time, or an operator's access token. Leaves the operator on
 * the request. What is neither costs a hash, and no read.
 *
 * The guard throws `noSession`, `bearerEmpty`, `sessionInvalid`, `accessTokenExpired`, `refreshTokenAsAccess`;
 * `operatorReadsOnly` where more than reading is needed; `projectNotFound` for a path of another project.
 */
export const openOperatorGuard = (operatorKey: string, context: HttpContext): OperatorGuard => {
  const { deps, operators, projectId } = context
  const expected = digest(operatorKey)
  const keyFile: Operator = {
    id: projectId,
    name: 'operator key',
    kind: 'key-file',
    role: 'full',
  }

  const operatorOf = async (request: FastifyRequest): Promise<Operator> => {
    const bearer = readBearer(request)
    if (timingSafeEqual(digest(bearer), expected)) return keyFile
    return findOperator(deps, operators, bearer)
  }

  return needs => async request => {
    const operator = await operatorOf(request)
    request.vars.operator = operator
    refuseOtherProject(request, projectId)
    if (needs === 'write' && operator.role !== 'full') throw new AppError('operatorReadsOnly')
  }
}
