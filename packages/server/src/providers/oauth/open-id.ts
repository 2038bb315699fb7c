import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../../deps.ts'
import type { App, AuthProvider } from '../../domain/app.ts'
import type { OpenIdProvider } from '../../security/openid-providers.ts'
import { readMetadata } from '../metadata.ts'
import type { Attempt, ProvenIdentity, Provider, RedirectRequest } from '../provider.ts'
import type { AppProvider } from './app-provider.ts'
import { checkEmailDomain } from './email-domain.ts'
import { fromRedirect, type Given, readGiven } from './given.ts'
import { type Claims, readUserInfo, verifyIdToken } from './id-token.ts'
import { readSetting } from './settings.ts'
import { type Client, exchangeCode, type ProviderTokens } from './token-endpoint.ts'
import { askProvider, ProviderTrouble } from './trouble.ts'

/** In what one OpenID provider differs from another. */
export type OpenIdKind = {
  readonly type: ProviderType
  issuerOf(deps: Deps, entry: AuthProvider): string
  /** Other names that the provider gives itself in `iss`. */
  aliasesOf(issuer: string): readonly string[]
  /** @throws ProviderTrouble when what makes the secret is missing */
  secretOf(deps: Deps, place: AppProvider): Promise<string | undefined>
  scopesOf(entry: AuthProvider): readonly string[]
  /** How the user is called among the app's identities. */
  identityIdOf(issuer: string, sub: string): string
  takesMetadata(entry: AuthProvider): boolean
  /** `redirect_uri` values to try for a code that came without one: with the next after a mismatch. */
  readonly codeRedirects: readonly (string | undefined)[]
  /** True when a code may come beside an ID token. */
  readonly takesBoth: boolean
  /** True when the provider's page is told to post its answer. */
  readonly isPosted: boolean
  /** Keeps the provider's refresh token once the log-in went through; absent where nobody needs it. */
  keepToken?(deps: Deps, place: AppProvider, kept: KeptToken): Promise<void>
}

export type KeptToken = {
  readonly userId: string
  readonly identityId: string
  readonly refreshToken: string
}

type Asked = {
  readonly kind: OpenIdKind
  readonly place: AppProvider
  readonly provider: OpenIdProvider
}

/** Against mix-ups of providers: an answer must not name another one, and must name its own where it always does. */
const checkAnswerer = ({ redirect }: Given, { issuer, namesItself }: OpenIdProvider): void => {
  if (!redirect) return
  if (redirect.issuer === undefined ? namesItself : redirect.issuer !== issuer)
    throw new ProviderTrouble('the answer by redirect is of another provider (iss)')
}

const exchange = async (
  deps: Deps,
  { kind, provider }: Asked,
  { client, code, given }: { client: Client; code: string; given: Given },
): Promise<ProviderTokens> => {
  const { redirectUri, codeVerifier } = given
  const tries = redirectUri === undefined ? [...kind.codeRedirects] : [redirectUri]
  for (;;) {
    const next = tries.shift()
    try {
      return await exchangeCode(deps, provider, { client, code, redirectUri: next, codeVerifier })
    } catch (error) {
      const isMismatch = error instanceof ProviderTrouble && error.error === 'redirect_uri_mismatch'
      if (!isMismatch || tries.length === 0) throw error
    }
  }
}

/** The tokens for the code, if there is one and something to exchange it with. */
const tokensFor = async (
  deps: Deps,
  asked: Asked,
  given: Given,
): Promise<ProviderTokens | undefined> => {
  const { kind, place } = asked
  const { code, idToken } = given
  if (code === undefined) return undefined
  const client = {
    id: readSetting(place.entry, 'clientId'),
    secret: await kind.secretOf(deps, place),
  }
  if (client.secret === undefined && idToken !== undefined) {
    const { clientAppId } = place.app
    deps.log.warn('a code was not exchanged: there is no client secret', {
      app: clientAppId,
      provider: kind.type,
    })
    return undefined
  }
  return exchange(deps, asked, { client, code, given })
}

/** The checked claims of every ID token at hand; two of them must be of one user. */
const claimsOf = async (
  deps: Deps,
  { kind, place, provider }: Asked,
  { given, tokens }: { given: Given; tokens: ProviderTokens | undefined },
): Promise<Claims> => {
  const ids = [given.idToken, tokens?.idToken].filter(token => token !== undefined)
  if (tokens && tokens.idToken === undefined)
    throw new ProviderTrouble('the token endpoint gives no ID token', { isUnavailable: true })
  const expected = {
    clientId: readSetting(place.entry, 'clientId'),
    aliases: kind.aliasesOf(provider.issuer),
    nonce: given.nonce,
  }
  const all = await Promise.all(
    ids.map(token => verifyIdToken(deps, provider, { token, ...expected })),
  )
  const [claims, other] = all as [Claims, Claims?]
  if (other && other.sub !== claims.sub)
    throw new ProviderTrouble('the code and the ID token are of two users')
  return claims
}

/** Names that the original gave to what OpenID Connect calls otherwise. */
const toFacts = (claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...claims,
  ...(claims.given_name !== undefined && { first_name: claims.given_name }),
  ...(claims.family_name !== undefined && { last_name: claims.family_name }),
})

const isTrue = (value: unknown): boolean => value === true || value === 'true'

const lacks = (facts: Readonly<Record<string, unknown>>, { entry }: AppProvider): boolean =>
  entry.metadataFields.some(({ name }) => facts[name.split('.')[0] ?? ''] === undefined)

/** What both say. Whether an address was checked counts for the address beside which it stands. */
const joinFacts = (
  claims: Claims,
  more: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> => {
  const { email, email_verified } = claims.email === undefined ? more : claims
  return toFacts({ ...more, ...claims, email, email_verified })
}

/** The facts that the app wants of the user: from the ID token, else from user info. */
const factsOf = async (
  deps: Deps,
  { kind, place, provider }: Asked,
  { claims, tokens }: { claims: Claims; tokens: ProviderTokens | undefined },
): Promise<Readonly<Record<string, unknown>>> => {
  const facts = toFacts(claims)
  const { entry } = place
  const wantsMore =
    (kind.takesMetadata(entry) && lacks(facts, place)) ||
    (entry.domainRestrictions.length > 0 && claims.email === undefined)
  if (!wantsMore || !tokens) return facts
  const { accessToken } = tokens
  const more = await readUserInfo(deps, provider, { accessToken, sub: claims.sub })
  return joinFacts(claims, more)
}

const prove = async (
  deps: Deps,
  { kind, place }: Omit<Asked, 'provider'>,
  given: Given,
): Promise<ProvenIdentity> => {
  const { entry } = place
  const provider = await deps.openIdProviders.find(kind.issuerOf(deps, entry))
  const asked = { kind, place, provider }
  checkAnswerer(given, provider)
  const tokens = await tokensFor(deps, asked, given)
  const claims = await claimsOf(deps, asked, { given, tokens })
  const facts = await factsOf(deps, asked, { claims, tokens })
  checkEmailDomain(deps, place, { address: facts.email, isVerified: isTrue(facts.email_verified) })
  const id = kind.identityIdOf(provider.issuer, claims.sub)
  const { refreshToken } = tokens ?? {}
  return {
    id,
    data: kind.takesMetadata(entry) ? readMetadata(facts, entry.metadataFields) : {},
    ...(kind.keepToken &&
      refreshToken !== undefined && {
        afterLogIn: async (userId: string) =>
          kind.keepToken?.(deps, place, { userId, identityId: id, refreshToken }),
      }),
  }
}

const pageAddress = async (
  deps: Deps,
  { kind, place }: Omit<Asked, 'provider'>,
  request: RedirectRequest,
): Promise<string> => {
  const { entry, state, nonce, codeChallenge, redirectUri } = request
  const provider = await deps.openIdProviders.find(kind.issuerOf(deps, entry))
  const url = new URL(provider.authorizationEndpoint)
  const parameters = {
    response_type: 'code',
    client_id: readSetting(place.entry, 'clientId'),
    redirect_uri: redirectUri,
    scope: kind.scopesOf(entry).join(' '),
    state,
    nonce,
    ...(provider.hasPkce && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
    ...(kind.isPosted && { response_mode: 'form_post' }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** An auth provider that speaks OpenID Connect: by ID token, by code, or by redirect. */
export const openIdProvider = (kind: OpenIdKind): Provider => ({
  type: kind.type,
  canBeLinked: true,
  onePerUser: false,
  refusal: 'tokenRefused',
  accountOf: () => undefined,
  identify: async (deps: Deps, app: App, { payload, entry, redirect }: Attempt) => {
    const given = redirect ? fromRedirect(redirect) : readGiven(payload, kind.takesBoth)
    const place = { app, entry }
    return askProvider(deps, place, () => prove(deps, { kind, place }, given))
  },
  startRedirect: async (deps, app, request) => {
    const place = { app, entry: request.entry }
    const url = await askProvider(deps, place, () => pageAddress(deps, { kind, place }, request))
    return { url, isPosted: kind.isPosted }
  },
})
