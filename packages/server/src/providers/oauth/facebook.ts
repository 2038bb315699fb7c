import { facebookPayload } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { AuthProvider } from '../../domain/app.ts'
import { AppError, readShape } from '../../errors.ts'
import { readMetadata } from '../metadata.ts'
import type { ProvenIdentity, Provider, RedirectAnswer, RedirectRequest } from '../provider.ts'
import type { AppProvider } from './app-provider.ts'
import { checkEmailDomain } from './email-domain.ts'
import { type FacebookApp, graphUrl, inspectToken, readMe } from './facebook-graph.ts'
import { findSecret, readSetting, wantsField } from './settings.ts'
import { exchangeCode } from './token-endpoint.ts'
import { askProvider, ProviderTrouble } from './trouble.ts'

/** Metadata fields, and what Graph calls them. */
const graphFields: Readonly<Record<string, string>> = {
  name: 'name',
  first_name: 'first_name',
  last_name: 'last_name',
  picture: 'picture',
  email: 'email',
  gender: 'gender',
  birthday: 'birthday',
  min_age: 'age_range',
  max_age: 'age_range',
}

/** Permissions that a person is asked for, and the metadata fields that need them. */
const permissions: readonly (readonly [string, ...string[]])[] = [
  ['email', 'email'],
  ['user_gender', 'gender'],
  ['user_birthday', 'birthday'],
  ['user_age_range', 'min_age', 'max_age'],
]

const readAccessToken = (payload: unknown): string => {
  const { accessToken, access_token } = readShape(facebookPayload, payload)
  if (accessToken !== undefined && access_token !== undefined)
    throw new AppError('fieldInvalid', {
      detail: `send 'accessToken' or 'access_token', not both`,
    })
  const token = accessToken ?? access_token
  if (token === undefined) throw new AppError('fieldMissing', { field: 'accessToken' })
  return token
}

const appOf = async (deps: Deps, place: AppProvider): Promise<FacebookApp> => {
  const secret = await findSecret(deps, place, 'clientSecret')
  if (secret === undefined)
    throw new ProviderTrouble('secret_config.clientSecret is not set', { isUnavailable: true })
  return { id: readSetting(place.entry, 'clientId'), secret }
}

const part = (value: unknown, name: string): unknown =>
  (value as Readonly<Record<string, unknown>> | null | undefined)?.[name]

/** Graph's answer in the words of metadata fields. */
const toFacts = ({
  picture,
  age_range,
  ...facts
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const known = {
    ...facts,
    picture: part(part(picture, 'data'), 'url'),
    min_age: part(age_range, 'min'),
    max_age: part(age_range, 'max'),
  }
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))
}

const fieldsFor = ({ metadataFields, domainRestrictions }: AuthProvider): string[] => {
  const wanted = metadataFields.flatMap(({ name }) => graphFields[name] ?? [])
  return [...new Set([...wanted, ...(domainRestrictions.length > 0 ? ['email'] : [])])]
}

const exchange = async (
  deps: Deps,
  { id, secret }: FacebookApp,
  { code, redirectUri }: RedirectAnswer,
): Promise<string> => {
  const endpoint = {
    tokenEndpoint: graphUrl(deps, 'oauth/access_token'),
    secretGoesIn: 'form',
  } as const
  const { accessToken } = await exchangeCode(deps, endpoint, {
    client: { id, secret },
    code,
    redirectUri,
  })
  if (accessToken !== undefined) return accessToken
  throw new ProviderTrouble('Graph gives no access token', { isUnavailable: true })
}

type Given = { readonly accessToken?: string; readonly redirect?: RedirectAnswer | undefined }

/** Facebook does not say whether it checked an address, so none counts as checked. */
const prove = async (
  deps: Deps,
  place: AppProvider,
  { accessToken: sent, redirect }: Given,
): Promise<ProvenIdentity> => {
  const { entry } = place
  const app = await appOf(deps, place)
  const accessToken = redirect ? await exchange(deps, app, redirect) : (sent as string)
  const userId = await inspectToken(deps, app, accessToken)
  const me = await readMe(deps, { app, userId, accessToken }, fieldsFor(entry))
  const facts = toFacts(me)
  checkEmailDomain(deps, place, { address: facts.email, isVerified: false })
  return { id: userId, data: readMetadata(facts, entry.metadataFields) }
}

const pageAddress = (deps: Deps, { entry, state, redirectUri }: RedirectRequest): string => {
  const url = new URL(deps.config.facebookDialogUrl)
  const asked = permissions.flatMap(([permission, ...fields]) =>
    wantsField(entry, ...fields) ? [permission] : [],
  )
  const parameters = {
    response_type: 'code',
    client_id: readSetting(entry, 'clientId'),
    redirect_uri: redirectUri,
    scope: ['public_profile', ...asked].join(','),
    state,
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/**
 * Facebook, by access token or by redirect.
 *
 * @see https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
 */
export const facebook: Provider = {
  type: 'oauth2-facebook',
  canBeLinked: true,
  onePerUser: false,
  refusal: 'tokenRefused',
  accountOf: () => undefined,
  identify: async (deps, app, { payload, entry, redirect }) => {
    const given = redirect ? { redirect } : { accessToken: readAccessToken(payload) }
    const place = { app, entry }
    return askProvider(deps, place, () => prove(deps, place, given))
  },
  startRedirect: async (deps, app, request) => {
    const { entry } = request
    const url = await askProvider(deps, { app, entry }, async () => pageAddress(deps, request))
    return { url, isPosted: false }
  },
}
