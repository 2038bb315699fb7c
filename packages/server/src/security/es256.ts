import { type KeyObject, sign, verify } from 'node:crypto'

/** Bytes of each of the two numbers that an ES256 signature is. */
const numberBytes = 32

/** Copies a DER integer, which has a zero in front when its first bit is set and lacks zeros of its own, to its place. */
const placeNumber = (der: Uint8Array, at: number, raw: Uint8Array, end: number): number => {
  const length = der[at + 1] as number
  const from = at + 2 + Math.max(0, length - numberBytes)
  const upTo = at + 2 + length
  raw.set(der.subarray(from, upTo), end - (upTo - from))
  return upTo
}

/**
 * Signs as a JWS with ES256 does: both numbers one behind the other, 64 bytes. Asking `sign` for that form
 * (`dsaEncoding`) costs 80 µs, its own form 30 µs and rewriting it 2 µs.
 *
 * @see RFC 7518, 3.4
 */
export const signEs256 = (privateKey: KeyObject, text: string): Buffer => {
  const der = sign('sha256', Buffer.from(text), privateKey)
  const raw = Buffer.alloc(2 * numberBytes)
  const second = placeNumber(der, 2, raw, numberBytes)
  placeNumber(der, second, raw, 2 * numberBytes)
  return raw
}

const sequence = 0x30
const integer = 0x02
/** Two integers of 33 bytes, each behind a type and a length, behind those of their list. */
const longestDer = 72

/** Writes a number as a DER integer: no zeros in front, but one where its first bit is set. Gives where it ends. */
const writeNumber = (raw: Uint8Array, der: Buffer, at: number): number => {
  let from = 0
  while (from < numberBytes - 1 && raw[from] === 0) from += 1
  const padding = (raw[from] as number) > 0x7f ? 1 : 0
  const length = numberBytes - from + padding
  der[at] = integer
  der[at + 1] = length
  der[at + 2] = 0
  der.set(raw.subarray(from), at + 2 + padding)
  return at + 2 + length
}

/**
 * Whether it is a JWS signature with ES256 of the text. As with `signEs256`, the form is rewritten here because asking
 * `verify` for it costs half as much again.
 *
 * @see RFC 7518, 3.4
 */
export const verifyEs256 = (publicKey: KeyObject, text: string, raw: Uint8Array): boolean => {
  if (raw.length !== 2 * numberBytes) return false
  const der = Buffer.alloc(longestDer)
  const second = writeNumber(raw.subarray(0, numberBytes), der, 2)
  const end = writeNumber(raw.subarray(numberBytes), der, second)
  der[0] = sequence
  der[1] = end - 2
  return verify('sha256', Buffer.from(text), publicKey, der.subarray(0, end))
}
