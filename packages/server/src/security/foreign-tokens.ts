import type { KeyObject } from 'node:crypto'
import {
  type ClaimRules,
  type ForeignClaims,
  findClaimProblem,
  readJsonObject,
} from './foreign/claims.ts'
import { openGivenKeys, type SigningAlgorithm } from './foreign/given-keys.ts'
import { KeyError } from './foreign/key-set.ts'
import { isSignedByAny, type Signed } from './foreign/signature.ts'
import { KeySetError, type KeySets } from './key-sets.ts'

/** How a token that somebody else signed is checked. Nothing of it comes from the token. */
export type TokenTrust = ClaimRules & {
  /** Where the signer's keys are (a JWK set), or the keys themselves: PEM public keys, or shared secrets for HS256. */
  readonly keys: { readonly jwksUri: string } | { readonly texts: readonly string[] }
  readonly algorithms: readonly SigningAlgorithm[]
}

/** Why a token is not trusted: for the log, never for the client. Nothing of the token stands in it. */
export class ForeignTokenError extends Error {
  override readonly name = 'ForeignTokenError'
  /** True when the keys cannot be had now, so that trying again may help. */
  readonly isUnavailable: boolean

  constructor(
    message: string,
    { isUnavailable = false, ...options }: ErrorOptions & { readonly isUnavailable?: boolean } = {},
  ) {
    super(message, options)
    this.isUnavailable = isUnavailable
  }
}

export type ForeignTokens = {
  /**
   * The claims of a token whose signature, times (60 seconds of tolerance), issuer and audience hold. `exp` and
   * a `sub` that is not empty are there.
   *
   * @throws ForeignTokenError
   */
  verify(token: string, trust: TokenTrust): Promise<ForeignClaims>
}

/** Longest token, in characters, as the original had it. */
const longestToken = 1_000_000
const longestHeader = 16_384

type Parts = Signed & {
  readonly kid: string | undefined
  readonly payload: Uint8Array
}

/** Only the one way of writing bytes that is canonical: no padding, no other alphabet, no stray bits at the end. */
const decode = (part: string): Buffer => {
  const bytes = Buffer.from(part, 'base64url')
  if (part === '' || bytes.toString('base64url') !== part)
    throw new ForeignTokenError('it is not three parts of base64url')
  return bytes
}

const readHeader = (bytes: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    return readJsonObject(bytes, 100)
  } catch (cause) {
    throw new ForeignTokenError('its header cannot be read', { cause })
  }
}

/**
 * Takes a token apart. Of its header only `alg` (to compare) and `kid` (to choose among keys that are trusted
 * anyhow) count; keys and addresses in it are never looked at.
 */
const readParts = (token: string, algorithms: readonly SigningAlgorithm[]): Parts => {
  if (token.length > longestToken)
    throw new ForeignTokenError(`it is longer than ${longestToken} characters`)
  const [head = '', body = '', last = '', ...rest] = token.split('.', 4)
  if (rest.length > 0 || head.length > longestHeader)
    throw new ForeignTokenError('it is not three parts of base64url')
  const signature = decode(last)
  const { alg, kid, crit, b64 } = readHeader(decode(head))
  const algorithm = algorithms.find(one => one === alg)
  if (!algorithm) throw new ForeignTokenError('it is signed with another algorithm')
  if (crit !== undefined || b64 !== undefined)
    throw new ForeignTokenError('its header has what must be understood and is not')
  if (kid !== undefined && typeof kid !== 'string')
    throw new ForeignTokenError("its 'kid' is no text")
  const payload = decode(body)
  return { algorithm, kid, payload, signature, text: Buffer.from(`${head}.${body}`, 'latin1') }
}

const readClaims = (payload: Uint8Array): Readonly<Record<string, unknown>> => {
  try {
    return readJsonObject(payload, 100_000)
  } catch (cause) {
    throw new ForeignTokenError('its claims cannot be read', { cause })
  }
}

/** Checks tokens with keys that the app's owner gave or named. */
export const openForeignTokens = ({
  keySets,
  now,
}: {
  readonly keySets: KeySets
  readonly now: () => number
}): ForeignTokens => {
  const givenKeys = openGivenKeys()

  /** Keys that are no good do not keep the others from being used: one of several may be on its way out. */
  const readGiven = (texts: readonly string[], algorithm: SigningAlgorithm): KeyObject[] => {
    const problems: unknown[] = []
    const keys = texts.flatMap(text => {
      try {
        return givenKeys.read(text, algorithm)
      } catch (error) {
        problems.push(error)
        return []
      }
    })
    if (keys.length === 0) throw problems[0] ?? new KeyError('there is no key')
    return keys
  }

  const findKeys = async (
    { keys }: TokenTrust,
    { algorithm, kid }: Parts,
  ): Promise<readonly KeyObject[]> => {
    if ('texts' in keys) return readGiven(keys.texts, algorithm)
    if (algorithm === 'HS256') throw new KeyError('a published key is no secret for HS256')
    return keySets.find(keys.jwksUri, { algorithm, kid })
  }

  const getKeys = async (trust: TokenTrust, parts: Parts): Promise<readonly KeyObject[]> => {
    try {
      return await findKeys(trust, parts)
    } catch (cause) {
      const isKnown = cause instanceof KeySetError || cause instanceof KeyError
      if (!isKnown) throw cause
      throw new ForeignTokenError(cause.message, { cause, isUnavailable: true })
    }
  }

  return {
    verify: async (token, trust) => {
      const parts = readParts(token, trust.algorithms)
      const keys = await getKeys(trust, parts)
      if (keys.length === 0) throw new ForeignTokenError('there is no key of its kind and name')
      if (!(await isSignedByAny(parts, keys))) throw new ForeignTokenError('its signature is wrong')
      const claims = readClaims(parts.payload)
      const problem = findClaimProblem(claims, trust, now())
      if (problem !== undefined) throw new ForeignTokenError(problem)
      return claims as ForeignClaims
    },
  }
}
