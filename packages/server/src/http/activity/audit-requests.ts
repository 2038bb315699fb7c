import { errors, type Refusal } from '@regent/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Action, Outcome } from '../../activity/action.ts'
import { isMailAddress } from '../../domain/email.ts'
import { AppError } from '../../errors.ts'
import type { HttpContext } from '../context.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the operation, for routes whose requests belong into the audit trail. */
    audited?: string
  }
}

type Texts = Readonly<Record<string, string>>

const texts = (values: unknown): Texts =>
  Object.fromEntries(
    Object.entries((values ?? {}) as Record<string, unknown>).filter(
      (pair): pair is [string, string] => typeof pair[1] === 'string',
    ),
  )

const isFields = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && Object.getPrototypeOf(body) === Object.prototype

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const publicKey = /^[a-z0-9]{6,32}$/

/** Who says to log in; a password that was typed there is not kept. */
const loginName = (body: unknown): string | undefined => {
  const given = isFields(body) ? textOf(body.username) : undefined
  return given !== undefined && (isMailAddress(given) || publicKey.test(given)) ? given : undefined
}

/** What is asked for: names of things, never the values that were sent. */
const actionOf = (request: FastifyRequest): Action => {
  const { vars, params, query, body } = request
  const { projectId: _, appId, ...rest } = texts(params)
  const fields = isFields(body) ? Object.keys(body) : []
  const { id, name, kind } = vars.operator ?? {}
  return {
    operator: id && name && kind ? { id, name, kind } : undefined,
    operation: request.routeOptions.config.audited ?? '',
    ...(appId !== undefined && { appId }),
    ...(Object.keys(rest).length > 0 && { params: rest }),
    ...(Object.keys(query as object).length > 0 && { query: texts(query) }),
    ...(fields.length > 0 && { fields }),
    name: (isFields(body) ? textOf(body.name) : undefined) ?? loginName(body),
    address: request.ip,
    userAgent: request.headers['user-agent'],
    requestId: request.id,
  }
}

const outcomeOf = ({ vars }: FastifyRequest, { statusCode }: FastifyReply): Outcome => {
  const { refusal, problem, made } = vars
  const refused = refusal === undefined ? undefined : errors[refusal as Refusal]
  return {
    status: statusCode,
    ...(refused && { error: problem ?? refused.text, errorCode: refused.code }),
    ...(made !== undefined && { made }),
  }
}

/**
 * Writes down what an operator is about to do.
 *
 * @throws `storeUnavailable` when that cannot be written, so that it is not done
 */
export const beginAction = async (
  { deps }: HttpContext,
  request: FastifyRequest,
): Promise<void> => {
  try {
    request.vars.action = await deps.activity.audit.begin(actionOf(request))
  } catch (cause) {
    throw new AppError('storeUnavailable', {}, { cause })
  }
}

/** What was made, as answers name it. */
export const noteMade = ({ vars }: FastifyRequest, answer: unknown): void => {
  if (isFields(answer)) vars.made = textOf(answer._id) ?? textOf(answer.user_id)
}

/** Writes down how it ended, before it is answered; `undefined` for requests that are not audited. */
export const endAction = (
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: HttpContext,
): Promise<void> | undefined => {
  const { vars, routeOptions } = request
  if (routeOptions.config?.audited === undefined || vars.isNoted) return undefined
  vars.isNoted = true
  const { audit } = deps.activity
  const outcome = outcomeOf(request, reply)
  if (vars.action) return vars.action.end(outcome)
  const action = actionOf(request)
  return outcome.error === undefined ? audit.keep(action, outcome) : audit.refuse(action, outcome)
}
