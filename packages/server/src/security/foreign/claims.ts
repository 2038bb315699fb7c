import { createHash } from 'node:crypto'
import { parseJson } from '@regent/protocol'

/** Whose and whom a token must be for. */
export type ClaimRules = {
  /** Accepted values of `iss`; absent takes any. */
  readonly issuers?: readonly string[]
  /** What `aud` must name: all of them, or one with `anyAudience`. Empty takes any. */
  readonly audiences: readonly string[]
  readonly anyAudience?: boolean
  /** Must be in the token when given; compared as SHA-256 too, as Apple sends it. */
  readonly nonce?: string
}

/** What a token says, its `sub` checked. */
export type ForeignClaims = Readonly<Record<string, unknown>> & { readonly sub: string }

/** How far clocks may differ, in seconds. */
const toleranceSeconds = 60
/** Longest `sub`, in characters: it becomes part of a key. */
const longestSub = 1_024

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON object: no key twice, no `__proto__`, nothing deep, nothing that is not Unicode.
 *
 * @throws Error
 */
export const readJsonObject = (
  bytes: Uint8Array,
  maxValues: number,
): Readonly<Record<string, unknown>> => {
  const value = parseJson(utf8.decode(bytes), { maxDepth: 32, maxValues })
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('not an object')
  return value as Record<string, unknown>
}

const isSeconds = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** A time that may be absent, but not be anything else. */
const isAfter = (value: unknown, latest: number): boolean =>
  value !== undefined && !(isSeconds(value) && value <= latest)

const timeProblem = (
  { exp, nbf, iat }: Readonly<Record<string, unknown>>,
  nowSeconds: number,
): string | undefined => {
  if (!isSeconds(exp)) return "'exp' is missing or no number"
  if (nowSeconds >= exp + toleranceSeconds) return 'it has expired'
  const latest = nowSeconds + toleranceSeconds
  if (isAfter(nbf, latest)) return "it is not valid yet ('nbf')"
  if (isAfter(iat, latest)) return "it was made in the future ('iat')"
  return undefined
}

const audienceProblem = (
  aud: unknown,
  { audiences, anyAudience = false }: ClaimRules,
): string | undefined => {
  if (audiences.length === 0) return undefined
  const named = [aud].flat()
  const isText = named.every(one => typeof one === 'string')
  const isNamed = (one: string): boolean => named.includes(one)
  const isFor = anyAudience ? audiences.some(isNamed) : audiences.every(isNamed)
  return isText && isFor ? undefined : "it is for another audience ('aud')"
}

const nonceProblem = (claimed: unknown, { nonce }: ClaimRules): string | undefined => {
  if (nonce === undefined) return undefined
  const digest = createHash('sha256').update(nonce).digest()
  const accepted: unknown[] = [nonce, digest.toString('hex'), digest.toString('base64url')]
  return accepted.includes(claimed) ? undefined : "it has another 'nonce'"
}

const subProblem = (sub: unknown): string | undefined => {
  if (typeof sub !== 'string' || sub === '') return "'sub' is missing or no text"
  if (sub.length > longestSub) return `'sub' is longer than ${longestSub} characters`
  return sub.includes('\0') ? "'sub' has a character that no id has" : undefined
}

/** Why these claims are not good; `undefined` when they are. */
export const findClaimProblem = (
  claims: Readonly<Record<string, unknown>>,
  trust: ClaimRules,
  nowMs: number,
): string | undefined => {
  const { iss, aud, nonce, sub } = claims
  const { issuers } = trust
  const isFromOther = issuers !== undefined && !issuers.some(issuer => issuer === iss)
  return (
    timeProblem(claims, nowMs / 1000) ??
    (isFromOther ? "it is from another issuer ('iss')" : undefined) ??
    audienceProblem(aud, trust) ??
    nonceProblem(nonce, trust) ??
    subProblem(sub)
  )
}
