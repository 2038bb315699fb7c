import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { JsonError, parseJson } from '@regent/protocol'

/** How a public key is used by those who publish it. */
export type PublicAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

/** A JWK set as its owner published it. */
export type KeySet = {
  /** Keys that fit; with `kid`, only those of that name. */
  find(algorithm: PublicAlgorithm, kid: string | undefined): KeyObject[]
}

/** Why a text is no JWK set, or a key none that is good enough. */
export class KeyError extends Error {
  override readonly name = 'KeyError'
}

/** Keys of a set that are looked at; those behind are left out. */
const mostKeys = 1_000
/** Keys that are tried for one token. */
const mostTried = 8

const smallestRsaBits = 2_048
const largestRsaBits = 8_192

const shapes: Readonly<Record<PublicAlgorithm, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

const checkRsa = ({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): void => {
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails
  if (asymmetricKeyType !== 'rsa') throw new KeyError('the key is not an RSA key')
  if (modulusLength < smallestRsaBits || modulusLength > largestRsaBits)
    throw new KeyError(`the RSA key has ${modulusLength} bits, not 2048 to 8192`)
  if (publicExponent < 3n || publicExponent % 2n === 0n)
    throw new KeyError('the RSA key has an exponent that proves nothing')
}

/**
 * Refuses a public key that is of another kind than the algorithm's, or too weak.
 *
 * @throws KeyError
 */
export const checkPublicKey = (key: KeyObject, algorithm: PublicAlgorithm): void => {
  if (algorithm === 'RS256') checkRsa(key)
  else if (algorithm === 'ES256') {
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      throw new KeyError('the key is not on the curve P-256')
  } else if (key.asymmetricKeyType !== 'ed25519')
    throw new KeyError('the key is not an Ed25519 key')
}

type Jwk = Readonly<Record<string, unknown>>

const isFor = (jwk: Jwk, algorithm: PublicAlgorithm): boolean => {
  const { kty, crv } = shapes[algorithm]
  const names: unknown[] = [undefined, algorithm, ...(algorithm === 'EdDSA' ? ['Ed25519'] : [])]
  const isToVerify = !Array.isArray(jwk.key_ops) || jwk.key_ops.includes('verify')
  const isToSign = jwk.use === undefined || jwk.use === 'sig'
  const isOfKind = jwk.kty === kty && (crv === undefined || jwk.crv === crv)
  return isOfKind && isToSign && isToVerify && names.includes(jwk.alg)
}

/** The key without its private part, should somebody have published that; `undefined` for one that is no good. */
const toKey = (
  { kty, crv, n, e, x, y }: Jwk,
  algorithm: PublicAlgorithm,
): KeyObject | undefined => {
  try {
    const key = createPublicKey({ key: { kty, crv, n, e, x, y } as JsonWebKey, format: 'jwk' })
    checkPublicKey(key, algorithm)
    return key
  } catch {
    return undefined
  }
}

const readKeys = (text: string): Jwk[] => {
  let value: unknown
  try {
    value = parseJson(text, { maxDepth: 8 })
  } catch (cause) {
    if (cause instanceof JsonError) throw new KeyError(`no JWK set: ${cause.message}`, { cause })
    throw cause
  }
  const { keys } = (value ?? {}) as { readonly keys?: unknown }
  if (!Array.isArray(keys)) throw new KeyError('no JWK set: it has no list of keys')
  return keys.slice(0, mostKeys).filter(key => typeof key === 'object' && key !== null)
}

/**
 * Reads a JWK set. Keys of kinds that are not known here are passed over; each is made ready when it is asked for.
 *
 * @throws KeyError
 * @see RFC 7517, 5
 */
export const readKeySet = (text: string): KeySet => {
  const keys = readKeys(text)
  const ready = new Map<Jwk, KeyObject | undefined>()
  const prepare = (jwk: Jwk, algorithm: PublicAlgorithm): KeyObject | undefined => {
    if (!ready.has(jwk)) ready.set(jwk, toKey(jwk, algorithm))
    return ready.get(jwk)
  }
  return {
    find: (algorithm, kid) =>
      keys
        .filter(jwk => (kid === undefined || jwk.kid === kid) && isFor(jwk, algorithm))
        .slice(0, mostTried)
        .flatMap(jwk => prepare(jwk, algorithm) ?? []),
  }
}
