import { hash, timingSafeEqual } from 'node:crypto'
import { randomAlphanumerics, randomLetters } from './random.ts'

const mark = 'rgo'
const privateKeyLength = 64

/**
 * A key pair: eight letters, and 64 letters and digits with 363 random bits. The mark lets scanners for leaked secrets
 * find it.
 */
export const newOperatorKey = (): { readonly publicKey: string; readonly privateKey: string } => ({
  publicKey: randomLetters(8),
  privateKey: `${mark}${randomAlphanumerics(privateKeyLength - mark.length)}`,
})

/** True for what could be a public key of ours. */
export const isPublicKey = (text: string): boolean => /^[a-z]{8}$/.test(text)

/**
 * What is kept of a private key: its SHA-256 in base64url. It has more random bits than the hash, so no slow hash is
 * needed.
 */
export const hashPrivateKey = (privateKey: string): string =>
  hash('sha256', privateKey, 'base64url')

const nobodysHash = hashPrivateKey('')

/** Compares in constant time, also when there is no key. */
export const isPrivateKey = (known: string | undefined, privateKey: string): boolean => {
  const given = Buffer.from(hashPrivateKey(privateKey))
  const isSame = timingSafeEqual(given, Buffer.from(known ?? nobodysHash))
  return isSame && known !== undefined
}
