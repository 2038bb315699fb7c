import type { FastifyReply } from 'fastify'
import type { App } from '../../domain/app.ts'
import type { LoggedIn } from '../../use-cases/log-in.ts'

/** Whom the result of a log-in by redirect goes to. */
export type Recipient = {
  readonly app: App
  /** An address that the app lists. */
  readonly redirect: string
  readonly clientState: string
}

/** realm-web splits each pair at `=` and takes the second part, so every value is percent-encoded. */
const toHash = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')

/** 303: what comes next is a `GET`, also after a form that was posted. */
const send = (
  reply: FastifyReply,
  { app, redirect, clientState }: Recipient,
  result: Readonly<Record<string, string>>,
): FastifyReply => {
  const hash = toHash({
    _baas_client_app_id: app.clientAppId,
    _baas_state: clientState,
    ...result,
  })
  return reply
    .code(303)
    .header('location', `${new URL(redirect).href}#${hash}`)
    .send()
}

/**
 * Sends the browser to the app with its tokens behind `#`, which is sent to no server.
 *
 * @see realm-web `OAuth2Helper.ts`
 */
export const sendResult = (
  reply: FastifyReply,
  to: Recipient,
  { result, isLink }: { readonly result: LoggedIn; readonly isLink: boolean },
): FastifyReply => {
  const { accessToken, refreshToken, user, session } = result
  return send(reply, to, {
    _baas_ua: [accessToken, refreshToken, user.id, session.deviceId].join('$'),
    _baas_link: String(isLink),
  })
}

export const sendError = (reply: FastifyReply, to: Recipient, message: string): FastifyReply =>
  send(reply, to, { _baas_error: message })
