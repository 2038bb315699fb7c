import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomFillSync,
  sign,
  verify,
} from 'node:crypto'
import { Binary } from 'bson'

const ivBytes = 12
const tagBytes = 16

const toBytes = (value: unknown): Buffer => {
  if (value instanceof Binary) return Buffer.from(value.buffer.subarray(0, value.position))
  if (value instanceof Uint8Array) return Buffer.from(value)
  return Buffer.from(String(value), 'utf8')
}

const checkKind = (given: unknown, known: readonly string[], what: string): string => {
  if (typeof given === 'string' && known.includes(given)) return given
  throw new Error(`unknown ${what}: '${given}' (there is ${known.join(', ')})`)
}

const toCipher = (kind: unknown, key: string) => {
  checkKind(kind, ['aes'], 'encryption')
  const bytes = toBytes(key)
  if (![16, 24, 32].includes(bytes.length)) {
    throw new Error('an AES key has 16, 24 or 32 bytes')
  }
  const name = `aes-${bytes.length * 8}-gcm` as 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'
  return { name, bytes }
}

const paddings: Readonly<Record<string, number>> = {
  pss: constants.RSA_PKCS1_PSS_PADDING,
  pkcs1v15: constants.RSA_PKCS1_PADDING,
}

const toRsa = (kind: unknown, key: string, scheme: unknown) => {
  checkKind(kind, ['rsa'], 'kind of signature')
  const padding = paddings[checkKind(scheme, Object.keys(paddings), 'scheme of signature')]
  return { key, ...(padding !== undefined && { padding }) }
}

const hashes = ['sha1', 'sha256', 'sha512', 'md5']

/** `utils.crypto`. Bytes come out as `Binary`, and go in as that, as bytes or as text. */
export const crypto = {
  /** AES-GCM with a fresh nonce in front: nonce, text, tag. */
  encrypt: (kind: string, message: unknown, key: string): Binary => {
    const { name, bytes } = toCipher(kind, key)
    const iv = randomFillSync(Buffer.alloc(ivBytes))
    const cipher = createCipheriv(name, bytes, iv)
    const parts = [iv, cipher.update(toBytes(message)), cipher.final(), cipher.getAuthTag()]
    return new Binary(Buffer.concat(parts))
  },
  /** @throws Error for what that key did not encrypt */
  decrypt: (kind: string, encrypted: unknown, key: string): Binary => {
    const { name, bytes } = toCipher(kind, key)
    const all = toBytes(encrypted)
    if (all.length < ivBytes + tagBytes) throw new Error('that is no encrypted message')
    const decipher = createDecipheriv(name, bytes, all.subarray(0, ivBytes))
    decipher.setAuthTag(all.subarray(-tagBytes))
    const text = decipher.update(all.subarray(ivBytes, -tagBytes))
    return new Binary(Buffer.concat([text, decipher.final()]))
  },
  sign: (kind: string, message: unknown, privateKey: string, scheme: string): Binary =>
    new Binary(sign('sha256', toBytes(message), toRsa(kind, privateKey, scheme))),
  verify: (
    kind: string,
    message: unknown,
    publicKey: string,
    ...[signature, scheme]: readonly unknown[]
  ): boolean =>
    verify('sha256', toBytes(message), toRsa(kind, publicKey, scheme), toBytes(signature)),
  hmac: (input: unknown, secret: string, hash: string, format: string): string =>
    createHmac(checkKind(hash, ['sha1', 'sha256', 'sha512'], 'hash'), secret)
      .update(toBytes(input))
      .digest(checkKind(format, ['hex', 'base64'], 'format') as 'hex' | 'base64'),
  hash: (hash: string, input: unknown): Binary =>
    new Binary(
      createHash(checkKind(hash, hashes, 'hash'))
        .update(toBytes(input))
        .digest(),
    ),
} as const
