import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** r and s as DER, as other libraries write them. */
const toDer = (signature: Buffer): Buffer => {
  const half = signature.length / 2
  const integer = (bytes: Buffer): Buffer => {
    const padded = (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes
    return Buffer.concat([Buffer.of(2, padded.length), padded])
  }
  const both = Buffer.concat([
    integer(signature.subarray(0, half)),
    integer(signature.subarray(half)),
  ])
  return Buffer.concat([Buffer.of(48, both.length), both])
}

const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')

type Parts = { readonly header: string; readonly payload: string; readonly signature: string }

const byHeader = ({ header, payload, signature }: Parts): Record<string, string> => {
  const fields = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ownKey = stranger.publicKey.export({ format: 'jwk' })
  const changes: readonly object[] = [
    ...['none', 'None', 'NONE', 'nOnE', '', null, 'HS512', 'RS256', 'ES384', 'ES256K'].map(alg => ({
      alg,
    })),
    ...['../../../dev/null', "' OR 1=1 --", '__proto__', 'constructor', 'k'.repeat(10_000)].map(
      kid => ({ kid }),
    ),
    { kid: { $ne: null } },
    { kid: ['a'] },
    { jku: 'http://127.0.0.1:1/keys.json' },
    { x5u: 'http://169.254.169.254/' },
    { jwk: ownKey },
    { crit: ['exp'] },
    { b64: false },
  ]
  const made = changes.flatMap(change => {
    const head = encode({ ...fields, ...change })
    const signed = sign('sha256', Buffer.from(`${head}.${payload}`), {
      key: stranger.privateKey,
      dsaEncoding: 'ieee-p1363',
    }).toString('base64url')
    const how = JSON.stringify(change).slice(0, 60)
    return [
      [`${how}, signature kept`, `${head}.${payload}.${signature}`],
      [`${how}, signed by a stranger`, `${head}.${payload}.${signed}`],
      [`${how}, no signature`, `${head}.${payload}.`],
    ]
  })
  return Object.fromEntries(made)
}

const bySecret = (
  { header, payload }: Parts,
  jwk: Readonly<Record<string, unknown>>,
): Record<string, string> => {
  const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const secrets: Record<string, string | Buffer> = {
    PEM: pem,
    'PEM without its last line break': pem.trimEnd(),
    DER: publicKey.export({ type: 'spki', format: 'der' }),
    JWK: JSON.stringify(jwk),
    kid: String(jwk.kid),
    nothing: '',
  }
  const heads = [
    header,
    encode({ alg: 'HS256', typ: 'JWT' }),
    encode({ alg: 'HS256', typ: 'JWT', kid: jwk.kid }),
  ]
  const made = Object.entries(secrets).flatMap(([name, secret]) =>
    heads.map((head, at) => {
      const mac = createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')
      return [`HS256 with the public key's ${name}, header ${at}`, `${head}.${payload}.${mac}`]
    }),
  )
  return Object.fromEntries(made)
}

const bySignature = ({ header, payload, signature }: Parts): Record<string, string> => {
  const bytes = Buffer.from(signature, 'base64url')
  const variants: Record<string, Buffer> = {
    'r = s = 0': Buffer.alloc(bytes.length),
    'r = 0': Buffer.concat([Buffer.alloc(32), bytes.subarray(32)]),
    'r = s = the order': Buffer.from(`${order.toString(16)}`.repeat(2), 'hex'),
    DER: toDer(bytes),
    'a byte too many': Buffer.concat([bytes, Buffer.alloc(1)]),
    'a byte too few': bytes.subarray(0, -1),
    'all ones': Buffer.alloc(bytes.length, 0xff),
    ...(bytes.length === 64 && {
      'another r': Buffer.concat([bytes.subarray(32), bytes.subarray(0, 32)]),
    }),
  }
  const made = Object.entries(variants).map(([how, value]) => [
    how,
    `${header}.${payload}.${value.toString('base64url')}`,
  ])
  return Object.fromEntries(made)
}

const byForm = ({ header, payload, signature }: Parts): Record<string, string> => {
  const next = letters[letters.indexOf(signature.at(-1) ?? 'A') + 1] ?? 'B'
  return {
    'stray bits at the end': `${header}.${payload}.${signature.slice(0, -1)}${next}`,
    padding: `${header}.${payload}.${signature}=`,
    'a line break inside': `${header}.${payload}.${signature.slice(0, 4)}%0a${signature.slice(4)}`,
    'something behind it': `${header}.${payload}.${signature}.x`,
    'a comma and another': `${header}.${payload}.${signature},x`,
    'a part missing': `${header}.${payload}`,
    'claims of nobody': `${header}.${encode({})}.${signature}`,
    'claims null': `${header}.${encode(null)}.${signature}`,
    'another user': `${header}.${encode({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'f'.repeat(24) })}.${signature}`,
  }
}

/** What strangers make of a good token, by how they made it. */
export const forge = (
  token: string,
  jwk: Readonly<Record<string, unknown>>,
): Record<string, string> => {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const parts = { header, payload, signature }
  return { ...byHeader(parts), ...bySecret(parts, jwk), ...bySignature(parts), ...byForm(parts) }
}
