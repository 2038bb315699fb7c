import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'

type Named = Readonly<Record<string, unknown>>

const method = /^(HS|RS|ES|PS)(256|384|512)$/
const curves: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

const toText = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const readPart = (part: string, what: string): Named => {
  try {
    const read: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Named
  } catch {
    // Told below.
  }
  throw new Error(`the token's ${what} is no JSON object`)
}

const readMethod = (name: unknown): { kind: string; hash: string } => {
  const [, kind = '', bits = ''] = method.exec(String(name)) ?? []
  if (kind === '') throw new Error(`unknown signing method: '${name}'`)
  return { kind, hash: `sha${bits}` }
}

const isKeyText = (key: string): boolean => key.includes('-----BEGIN')

const hmac = (hash: string, text: string, key: string): Buffer => {
  if (isKeyText(key)) throw new Error('a key in PEM form cannot be the secret of an HS method')
  return createHmac(hash, key).update(text).digest()
}

const checkKey = (key: KeyObject, name: string): KeyObject => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const isFit = name.startsWith('ES')
    ? type === 'ec' && details?.namedCurve === curves[name]
    : type === 'rsa' || (name.startsWith('PS') && type === 'rsa-pss')
  if (!isFit) throw new Error(`the key is none for ${name}`)
  return key
}

const toSignOptions = (key: KeyObject, kind: string) => {
  if (kind === 'ES') return { key, dsaEncoding: 'ieee-p1363' as const }
  return kind === 'PS'
    ? {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      }
    : { key, padding: constants.RSA_PKCS1_PADDING }
}

const isSigned = (name: unknown, text: string, signature: Buffer, key: string): boolean => {
  const { kind, hash } = readMethod(name)
  if (kind === 'HS') {
    const expected = hmac(hash, text, key)
    return expected.length === signature.length && timingSafeEqual(expected, signature)
  }
  const publicKey = checkKey(createPublicKey(key), String(name))
  return verify(hash, Buffer.from(text), toSignOptions(publicKey, kind), signature)
}

const nowSeconds = (): number => (performance.timeOrigin + performance.now()) / 1_000

const checkTimes = ({ exp, nbf }: Named): void => {
  const now = nowSeconds()
  if (typeof exp === 'number' && now >= exp) throw new Error('the token is expired')
  if (typeof nbf === 'number' && now < nbf) throw new Error('the token is not valid yet')
}

/** `utils.jwt` */
export const jwt = {
  /** @throws Error for an unknown method, or a key that is none for it */
  encode: (name: string, payload: unknown, secret: string, headerFields: Named = {}): string => {
    const { kind, hash } = readMethod(name)
    const header = toText({ ...headerFields, alg: name, typ: 'JWT' })
    const claims: unknown = typeof payload === 'string' ? JSON.parse(payload) : payload
    const text = `${header}.${toText(claims)}`
    if (kind === 'HS') return `${text}.${hmac(hash, text, secret).toString('base64url')}`
    const key = checkKey(createPrivateKey(secret), name)
    const signature = sign(hash, Buffer.from(text), toSignOptions(key, kind))
    return `${text}.${signature.toString('base64url')}`
  },
  /**
   * The token's claims, with `returnHeader` as `{ header, payload }`.
   *
   * @throws Error for a token that the key did not sign, that is expired, or is of a method that is not accepted
   */
  decode: (
    token: string,
    key: string,
    returnHeader = false,
    acceptedMethods?: readonly string[],
  ): unknown => {
    const [first = '', second = '', third = '', ...more] = String(token).split('.')
    if (third === '' || more.length > 0) throw new Error('that is no token of three parts')
    const header = readPart(first, 'header')
    const { alg } = header
    if (acceptedMethods?.length && !acceptedMethods.includes(String(alg))) {
      throw new Error(`the signing method is not accepted: '${alg}'`)
    }
    if (!isSigned(alg, `${first}.${second}`, Buffer.from(third, 'base64url'), key)) {
      throw new Error('the signature of the token is wrong')
    }
    const payload = readPart(second, 'payload')
    checkTimes(payload)
    return returnHeader ? { header, payload } : payload
  },
} as const
