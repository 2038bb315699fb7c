import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto'

type Fields = Readonly<Record<string, unknown>>

/** Somebody who signs tokens. */
export type Signer = {
  /** The public key as its owner would publish it. */
  jwk(kid?: string, more?: Fields): JsonWebKey
  readonly pem: string
  /** Claims may be a text too, for what no JSON library would write. */
  sign(claims: Fields | string, header?: Fields): string
}

const encode = (value: Fields | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

type Kind = { readonly alg: string; readonly hash: string | null; readonly privateKey: KeyObject }

const toSigner = ({ alg, hash, privateKey }: Kind): Signer => {
  const publicKey = createPublicKey(privateKey)
  return {
    jwk: (kid, more = {}) => ({
      ...publicKey.export({ format: 'jwk' }),
      ...(kid !== undefined && { kid }),
      ...more,
    }),
    pem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    sign: (claims, header = {}) => {
      const text = `${encode({ alg, ...header })}.${encode(claims)}`
      const how = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${text}.${sign(hash, Buffer.from(text), how).toString('base64url')}`
    },
  }
}

export const newRsa = (modulusLength = 2_048, publicExponent = 65_537): Signer => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent })
  return toSigner({ alg: 'RS256', hash: 'sha256', privateKey })
}

export const newEc = (namedCurve = 'P-256'): Signer => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  return toSigner({ alg: 'ES256', hash: 'sha256', privateKey })
}

export const newEdwards = (): Signer => {
  const { privateKey } = generateKeyPairSync('ed25519')
  return toSigner({ alg: 'EdDSA', hash: null, privateKey })
}

/** An HS256 token. */
export const signWithSecret = (
  secret: string | Buffer,
  claims: Fields | string,
  header: Fields = {},
): string => {
  const text = `${encode({ alg: 'HS256', typ: 'JWT', ...header })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
