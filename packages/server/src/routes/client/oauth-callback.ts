import { clientPaths, errors } from '@regent/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import type { HttpContext } from '../../http/context.ts'
import { readCookie, setCookie } from '../../http/cookies.ts'
import { noteRefusal } from '../../http/errors.ts'
import { sendLoginProblem } from '../../pages/login-problem.ts'
import {
  finishRedirect,
  type ProviderAnswer,
  type ReturnedRedirect,
  takeUpRedirect,
} from '../../use-cases/oauth/finish-redirect.ts'
import { cookieName } from './oauth.ts'
import { sendError, sendResult } from './oauth-result.ts'

type Values = Readonly<Record<string, unknown>>

/** Apple's form is small; codes are about a kilobyte. */
const bodyLimitBytes = 32_768
const longest = 8_192

/** A value that came twice counts as not there. */
const read = (values: Values, name: string): string | undefined => {
  const value = values[name]
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined
}

const readAnswer = (values: Values, address: string): ProviderAnswer => ({
  code: read(values, 'code'),
  error: read(values, 'error'),
  issuer: read(values, 'iss'),
  address,
})

/** The log-in that this browser began; its cookie has served then. @throws `redirectUnknown`, and what `takeUpRedirect` does */
const takeUp = async (
  { deps, baseUrl }: HttpContext,
  request: FastifyRequest,
  { values, reply }: { values: Values; reply: FastifyReply },
): Promise<ReturnedRedirect> => {
  const state = read(values, 'state') ?? ''
  const cookie = { name: cookieName(state), origin: baseUrl.of(request.raw) }
  const secret = readCookie(request, cookie) ?? ''
  const returned = await takeUpRedirect(deps, { state, secret })
  if (!returned) throw new AppError('redirectUnknown')
  setCookie(reply, { ...cookie, value: '', seconds: 0, isForOthers: false })
  request.vars.app = returned.app
  return returned
}

const finish = async (
  context: HttpContext,
  request: FastifyRequest,
  { values, reply }: { values: Values; reply: FastifyReply },
): Promise<FastifyReply> => {
  const returned = await takeUp(context, request, { values, reply })
  const { app, state } = returned
  const { providerType: provider, device: client, link } = state
  const facts = { provider, client, ...(link && { event: 'link' }) }
  request.vars.facts = facts
  const to = { app, redirect: state.redirect, clientState: state.clientState }
  try {
    const result = await finishRedirect(context.deps, returned, readAnswer(values, request.ip))
    request.vars.facts = { ...facts, userId: result.user.id, isNewUser: result.isNewUser }
    return sendResult(reply, to, { result, isLink: state.link !== undefined })
  } catch (error) {
    return sendError(reply, to, noteRefusal(error, request, context).message)
  }
}

/**
 * Where providers send browsers back to, with a link or (Apple) a form. Its answer is a page for people until it
 * is known whom it may go to.
 */
export const oauthCallbackRoutes = (server: FastifyInstance, context: HttpContext): void => {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: bodyLimitBytes },
    (_request, body, taken) => taken(null, readForm(String(body))),
  )
  server.setErrorHandler((error, request, reply) => {
    const { refusal, message } = noteRefusal(error, request, context)
    const { status } = errors[refusal]
    return sendLoginProblem(reply, status, { app: request.vars.app?.name, problem: message })
  })

  server.get(clientPaths.callback(), (request, reply) =>
    finish(context, request, { values: request.query as Values, reply }),
  )

  server.post(clientPaths.callback(), (request, reply) =>
    finish(context, request, { values: (request.body ?? {}) as Values, reply }),
  )
}

/** As the query is read: a name that came twice has a list. */
const readForm = (body: string): Values => {
  const form = new URLSearchParams(body)
  return Object.fromEntries(
    [...new Set(form.keys())].map(name => [name, single(form.getAll(name))]),
  )
}

const single = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values)
