import { z } from 'zod'
import type { Deps } from '../../deps.ts'
import type { OpenIdProvider } from '../../security/openid-providers.ts'
import type { OutboundResponse } from '../../security/outbound.ts'
import { ProviderTrouble } from './trouble.ts'

/** An app's account at a provider. */
export type Client = {
  readonly id: string
  /** Absent for a public client. */
  readonly secret: string | undefined
}

/** What an authorization code is exchanged with. */
export type CodeExchange = {
  readonly client: Client
  readonly code: string
  /** What the provider was asked with; left out when `undefined`. */
  readonly redirectUri: string | undefined
  readonly codeVerifier?: string | undefined
}

/** What a provider gives for a code. */
export type ProviderTokens = {
  readonly idToken: string | undefined
  readonly accessToken: string | undefined
  readonly refreshToken: string | undefined
}

type Endpoint = Pick<OpenIdProvider, 'secretGoesIn'>
type Form = Readonly<Record<string, string | undefined>>

const timeoutMs = 5_000
const maxBytes = 262_144

/** The JSON object of a provider's answer; `undefined` when it is none. */
export const readObject = (body: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** As HTTP Basic wants it: each half form-encoded first (RFC 6749, 2.3.1). */
const basic = ({ id, secret = '' }: Client): string => {
  const half = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${half(id)}:${half(secret)}`).toString('base64')}`
}

/** Posts a form to an endpoint of the provider as the client. */
export const postAsClient = (
  { outbound }: Deps,
  { secretGoesIn }: Endpoint,
  { url, client, form }: { readonly url: string; readonly client: Client; readonly form: Form },
): Promise<OutboundResponse> => {
  const inHeader = secretGoesIn === 'header' && client.secret !== undefined
  const all = inHeader ? form : { ...form, client_id: client.id, client_secret: client.secret }
  const fields = Object.entries(all).filter(
    (field): field is [string, string] => field[1] !== undefined,
  )
  return outbound.send({
    url,
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(inHeader && { authorization: basic(client) }),
    },
    body: new URLSearchParams(fields).toString(),
    timeoutMs,
    maxBytes,
    needsTls: true,
  })
}

/** Errors of a token endpoint that the client's code is to blame for; all others are the app's or the provider's. */
const codesFault = [
  'invalid_grant',
  'invalid_request',
  'redirect_uri_mismatch',
  'bad_verification_code',
]

/** An error's name, never its description: providers put into that what they were sent. */
export const errorName = (answer: OutboundResponse): string => {
  const error = readObject(answer.body)?.error
  return typeof error === 'string' && /^[\w.-]{1,64}$/.test(error) ? error : 'no named error'
}

const tokensShape = z.looseObject({
  id_token: z.string().optional(),
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
})

/** @throws ProviderTrouble for what is no answer of a token endpoint, `isUnavailable` unless the code is bad. */
export const readTokens = (answer: OutboundResponse): ProviderTokens => {
  if (answer.status !== 200) {
    const name = errorName(answer)
    const isUnavailable = !(answer.status < 500 && codesFault.includes(name))
    throw new ProviderTrouble(`the token endpoint answers ${answer.status}, ${name}`, {
      isUnavailable,
      error: name,
    })
  }
  const result = tokensShape.safeParse(readObject(answer.body))
  if (!result.success)
    throw new ProviderTrouble('the token endpoint answers no tokens', { isUnavailable: true })
  const { id_token, access_token, refresh_token } = result.data
  return { idToken: id_token, accessToken: access_token, refreshToken: refresh_token }
}

/** @throws ProviderTrouble, OutboundError */
export const exchangeCode = async (
  deps: Deps,
  provider: Pick<OpenIdProvider, 'tokenEndpoint' | 'secretGoesIn'>,
  { client, code, redirectUri, codeVerifier }: CodeExchange,
): Promise<ProviderTokens> => {
  const answer = await postAsClient(deps, provider, {
    url: provider.tokenEndpoint,
    client,
    form: {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    },
  })
  return readTokens(answer)
}
