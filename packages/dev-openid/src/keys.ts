import { createPrivateKey, generateKeyPair, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)

export type Algorithm = 'RS256' | 'ES256'

/** A private key that signs, as JWK. */
export type SigningKey = JsonWebKey & { readonly kid: string; readonly alg: Algorithm }

const newRsa = async (): Promise<JsonWebKey> => {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'jwk' })
}

const newEc = async (): Promise<JsonWebKey> => {
  const { privateKey } = await generate('ec', { namedCurve: 'P-256' })
  return privateKey.export({ format: 'jwk' })
}

/** One new key of each kind. */
export const newKeys = async (): Promise<SigningKey[]> => {
  const [rsa, ec] = await Promise.all([newRsa(), newEc()])
  return [
    { ...rsa, kid: randomUUID(), alg: 'RS256', use: 'sig' },
    { ...ec, kid: randomUUID(), alg: 'ES256', use: 'sig' },
  ]
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A JWT with just these claims. */
export const signClaims = (
  claims: Readonly<Record<string, unknown>>,
  key: SigningKey,
  header: Readonly<Record<string, unknown>> = {},
): string => {
  const text = `${encode({ alg: key.alg, kid: key.kid, ...header })}.${encode(claims)}`
  const privateKey = createPrivateKey({ key, format: 'jwk' })
  const signature = sign('sha256', Buffer.from(text), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${text}.${signature.toString('base64url')}`
}
