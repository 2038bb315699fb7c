import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Deps } from '../../deps.ts'
import { readObject } from './token-endpoint.ts'
import { ProviderTrouble } from './trouble.ts'

/** The app's account at Facebook. */
export type FacebookApp = { readonly id: string; readonly secret: string }

const timeoutMs = 5_000
const maxBytes = 262_144

/** Joins an address of the settings, which may end in a slash, and a path. */
export const graphUrl = ({ config }: Deps, path: string): string =>
  `${config.facebookGraphUrl.replace(/\/+$/, '')}/${path}`

/** Graph answers 400 and 401 for tokens that are no good; more than that is its own trouble. */
const ask = async (
  deps: Deps,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, unknown>>> => {
  const { status, body } = await deps.outbound.send({
    url: `${graphUrl(deps, path)}?${new URLSearchParams(query)}`,
    headers: { accept: 'application/json' },
    timeoutMs,
    maxBytes,
    needsTls: true,
  })
  const answer = readObject(body)
  if (status === 200 && answer) return answer
  const isUnavailable = status !== 400 && status !== 401
  throw new ProviderTrouble(`Graph answers ${status} for ${path}`, { isUnavailable })
}

const inspectionShape = z.looseObject({
  data: z.looseObject({
    app_id: z.union([z.string(), z.number()]).transform(String),
    is_valid: z.boolean(),
    user_id: z.union([z.string(), z.number()]).transform(String),
    type: z.string().optional(),
    expires_at: z.number().optional(),
  }),
})

/**
 * Asks Facebook whose access token this is.
 *
 * @throws ProviderTrouble when it is not valid, or was given to another app
 * @see https://developers.facebook.com/docs/graph-api/reference/debug_token
 */
export const inspectToken = async (
  deps: Deps,
  { id, secret }: FacebookApp,
  accessToken: string,
): Promise<string> => {
  const answer = await ask(deps, 'debug_token', {
    input_token: accessToken,
    access_token: `${id}|${secret}`,
  })
  const result = inspectionShape.safeParse(answer)
  if (!result.success) throw new ProviderTrouble('the access token belongs to nobody')
  const { app_id, is_valid, user_id, type = 'USER', expires_at = 0 } = result.data.data
  if (!is_valid) throw new ProviderTrouble('the access token is not valid')
  if (app_id !== id) throw new ProviderTrouble('the access token was given to another app')
  if (type !== 'USER') throw new ProviderTrouble('the access token is not of a user')
  if (expires_at !== 0 && expires_at * 1000 <= deps.now())
    throw new ProviderTrouble('the access token has expired')
  if (!/^\d{1,64}$/.test(user_id)) throw new ProviderTrouble('the user id is no id of Facebook')
  return user_id
}

/**
 * What Facebook says of the token's user. The proof shows that who asks knows the app's secret, so that a stolen
 * token alone is worth nothing where the app demands it.
 *
 * @throws ProviderTrouble when the answer is of another user
 * @see https://developers.facebook.com/docs/graph-api/guides/secure-requests
 */
export const readMe = async (
  deps: Deps,
  { app, userId, accessToken }: { app: FacebookApp; userId: string; accessToken: string },
  fields: readonly string[],
): Promise<Readonly<Record<string, unknown>>> => {
  const me = await ask(deps, 'me', {
    fields: ['id', ...fields].join(','),
    access_token: accessToken,
    appsecret_proof: createHmac('sha256', app.secret).update(accessToken).digest('hex'),
  })
  if (me.id !== userId) throw new ProviderTrouble('the profile is of another user')
  return me
}
