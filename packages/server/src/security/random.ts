import { randomBytes, randomInt } from 'node:crypto'

const alphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Unguessable hex characters, two per byte. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** Unguessable letters a–z. */
export const randomLetters = (count: number): string =>
  Array.from({ length: count }, () => String.fromCharCode(97 + randomInt(26))).join('')

/** Unguessable letters A–Z, a–z and digits. */
export const randomAlphanumerics = (count: number): string =>
  Array.from({ length: count }, () => alphanumerics[randomInt(alphanumerics.length)]).join('')
