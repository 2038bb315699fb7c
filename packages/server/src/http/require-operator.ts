import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestHookHandler } from 'fastify'
import { AppError } from '../errors.ts'
import type { HttpContext } from './context.ts'
import { readBearer } from './require-session.ts'

const digest = (key: string): Buffer => createHash('sha256').update(key).digest()

/**
 * For the Admin API: the operator key as bearer, compared in constant time.
 *
 * @throws `noSession`, `bearerEmpty`, `sessionInvalid`; `projectNotFound` for a path of another project.
 */
export const requireOperator = (
  operatorKey: string,
  { projectId }: HttpContext,
): onRequestHookHandler => {
  const expected = digest(operatorKey)
  return (request, _reply, done) => {
    if (!timingSafeEqual(digest(readBearer(request)), expected))
      throw new AppError('sessionInvalid')
    const named = (request.params as { readonly projectId?: string }).projectId
    if (named !== undefined && named !== projectId)
      throw new AppError('projectNotFound', { projectId: named })
    request.vars.operator = { id: projectId, name: 'operator key', kind: 'key-file', role: 'full' }
    done()
  }
}
