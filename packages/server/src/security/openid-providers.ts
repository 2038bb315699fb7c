import { z } from 'zod'
import type { Log } from '../log.ts'
import type { Outbound } from './outbound.ts'
import { hostOf, reasonOf } from './outbound-error.ts'

const algorithms = ['RS256', 'ES256', 'EdDSA'] as const

/** What an OpenID provider says of itself, checked. */
export type OpenIdProvider = {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly userinfoEndpoint: string | undefined
  readonly revocationEndpoint: string | undefined
  /** How a client shows its secret: in a header or in the form. */
  readonly secretGoesIn: 'header' | 'form'
  /** What its ID tokens may be signed with: never taken from a token. */
  readonly algorithms: readonly (typeof algorithms)[number][]
  readonly hasPkce: boolean
  /** True when its answers by redirect always say who answers (RFC 9207). */
  readonly namesItself: boolean
}

/** Why a provider cannot be asked now; for the log. */
export class OpenIdProviderError extends Error {
  override readonly name = 'OpenIdProviderError'
}

export type OpenIdProviders = {
  /**
   * The provider of that issuer. Asked once for any number of callers. After an hour it is asked again while the
   * answer at hand is used, for a day at most; a failure holds for 10 seconds.
   *
   * @throws OpenIdProviderError
   * @see OpenID Connect Discovery 1.0
   */
  find(issuer: string): Promise<OpenIdProvider>
  /**
   * Does what may wait for a provider, unless 200 others have waited for it for a second: one that is slow must not
   * take every place that the server has, and a crowd that does not wait is no matter.
   *
   * @throws OpenIdProviderError
   */
  wait<Result>(provider: string, work: () => Promise<Result>): Promise<Result>
}

const minuteMs = 60_000
const freshMs = 60 * minuteMs
const keptMs = 24 * freshMs
const failedMs = 10_000
/** Issuers kept at a time: as many as apps name, unless somebody deploys new ones for ever. */
const mostIssuers = 1_000
const mostWaiting = 200
const longWaitMs = 1_000

const url = z.string().refine(text => URL.canParse(text), { error: 'is no address' })
const words = z.array(z.string()).optional()

const documentShape = z.looseObject({
  issuer: z.string(),
  authorization_endpoint: url,
  token_endpoint: url,
  jwks_uri: url,
  userinfo_endpoint: url.optional(),
  revocation_endpoint: url.optional(),
  token_endpoint_auth_methods_supported: words,
  id_token_signing_alg_values_supported: words,
  code_challenge_methods_supported: words,
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})

type DiscoveryDocument = z.infer<typeof documentShape>

const readDocument = (body: Uint8Array): DiscoveryDocument => {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw new OpenIdProviderError('its discovery document is no JSON')
  }
  const result = documentShape.safeParse(value)
  if (result.success) return result.data
  const field = result.error.issues[0]?.path.join('.')
  throw new OpenIdProviderError(`its discovery document is wrong at '${field}'`)
}

/** Secrets must not go where somebody on the way can read them, unless the issuer itself is asked that way. */
const checkAddresses = (document: DiscoveryDocument): void => {
  const isPlain = document.issuer.startsWith('http:')
  const { authorization_endpoint, token_endpoint, jwks_uri } = document
  const { userinfo_endpoint, revocation_endpoint } = document
  const all = [authorization_endpoint, token_endpoint, jwks_uri]
  for (const address of [...all, userinfo_endpoint, revocation_endpoint]) {
    const protocol = address === undefined ? 'https:' : new URL(address).protocol
    if (protocol !== 'https:' && !(isPlain && protocol === 'http:'))
      throw new OpenIdProviderError('it names an address that is not https')
  }
}

const secretPlace = (methods: readonly string[] = ['client_secret_basic']): 'header' | 'form' => {
  if (methods.includes('client_secret_basic')) return 'header'
  if (methods.includes('client_secret_post') || methods.includes('none')) return 'form'
  throw new OpenIdProviderError(`it takes a client's secret in no way that is known here`)
}

const toProvider = (document: DiscoveryDocument, issuer: string): OpenIdProvider => {
  if (document.issuer !== issuer)
    throw new OpenIdProviderError('its discovery document names another issuer')
  checkAddresses(document)
  const offered = document.id_token_signing_alg_values_supported ?? ['RS256']
  const signing = algorithms.filter(algorithm => offered.includes(algorithm))
  if (signing.length === 0)
    throw new OpenIdProviderError('it signs ID tokens in no way that is known here')
  return {
    issuer,
    authorizationEndpoint: document.authorization_endpoint,
    tokenEndpoint: document.token_endpoint,
    jwksUri: document.jwks_uri,
    userinfoEndpoint: document.userinfo_endpoint,
    revocationEndpoint: document.revocation_endpoint,
    secretGoesIn: secretPlace(document.token_endpoint_auth_methods_supported),
    algorithms: signing,
    hasPkce: document.code_challenge_methods_supported?.includes('S256') === true,
    namesItself: document.authorization_response_iss_parameter_supported === true,
  }
}

const fetchProvider = async (outbound: Outbound, issuer: string): Promise<OpenIdProvider> => {
  const answer = await outbound.send({
    url: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    headers: { accept: 'application/json' },
    timeoutMs: 5_000,
    maxBytes: 131_072,
    needsTls: true,
  })
  if (answer.status !== 200)
    throw new OpenIdProviderError(`its discovery document answers ${answer.status}`)
  return toProvider(readDocument(answer.body), issuer)
}

/** Counts who has waited for long, and for whom. */
const openWaiting = (): OpenIdProviders['wait'] => {
  const waiting = new Map<string, number>()
  const count = (provider: string, change: number): void => {
    const left = (waiting.get(provider) ?? 0) + change
    if (left > 0) waiting.set(provider, left)
    else waiting.delete(provider)
  }
  return async (provider, work) => {
    if ((waiting.get(provider) ?? 0) >= mostWaiting)
      throw new OpenIdProviderError(`${mostWaiting} log-ins wait for it already`)
    let counted = 0
    const timer = setTimeout(() => {
      counted = 1
      count(provider, counted)
    }, longWaitMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      count(provider, -counted)
    }
  }
}

type Kept = {
  readonly provider?: OpenIdProvider | undefined
  /** When the provider was last reached. */
  readonly reachedAt: number
  readonly failure?: unknown
  /** When to ask again. */
  readonly nextAt: number
}

const nothing: Kept = { reachedAt: Number.NEGATIVE_INFINITY, nextAt: Number.NEGATIVE_INFINITY }

export const openOpenIdProviders = ({
  outbound,
  now,
  log,
}: {
  readonly outbound: Outbound
  readonly now: () => number
  readonly log: Pick<Log, 'warn'>
}): OpenIdProviders => {
  const kept = new Map<string, Kept>()
  const asking = new Map<string, Promise<void>>()

  const keep = (issuer: string, what: Kept): void => {
    kept.delete(issuer)
    kept.set(issuer, what)
    const oldest = kept.keys().next().value
    if (kept.size > mostIssuers && oldest !== undefined) kept.delete(oldest)
  }

  const ask = async (issuer: string): Promise<void> => {
    const before = kept.get(issuer) ?? nothing
    try {
      const provider = await fetchProvider(outbound, issuer)
      keep(issuer, { provider, reachedAt: now(), nextAt: now() + freshMs })
    } catch (failure) {
      keep(issuer, { ...before, failure, nextAt: now() + failedMs })
      const about = { host: hostOf(issuer), reason: reasonOf(failure) }
      log.warn('an auth provider cannot be asked', about)
    }
  }

  const askOnce = (issuer: string): Promise<void> => {
    const begun = asking.get(issuer) ?? ask(issuer).finally(() => asking.delete(issuer))
    asking.set(issuer, begun)
    return begun
  }

  const findKept = (issuer: string): OpenIdProvider | undefined => {
    const { provider, reachedAt } = kept.get(issuer) ?? nothing
    return now() - reachedAt < keptMs ? provider : undefined
  }

  return {
    wait: openWaiting(),
    find: async issuer => {
      const asked = now() >= (kept.get(issuer) ?? nothing).nextAt ? askOnce(issuer) : undefined
      const atHand = findKept(issuer)
      if (atHand) return atHand
      await asked
      const provider = findKept(issuer)
      if (provider) return provider
      const { failure } = kept.get(issuer) ?? nothing
      throw new OpenIdProviderError(`${hostOf(issuer)}: ${reasonOf(failure)}`, {
        cause: failure,
      })
    },
  }
}
