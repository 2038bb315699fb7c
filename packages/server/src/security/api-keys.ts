import { hash } from 'node:crypto'
import { randomAlphanumerics } from './random.ts'

const mark = 'rgk'
const keyLength = 64
const prefixLength = 8

/** A new key: 64 letters and digits with 363 random bits. The mark lets scanners for leaked secrets find it. */
export const newApiKey = (): string => `${mark}${randomAlphanumerics(keyLength - mark.length)}`

/** True for what could be a key of ours. */
export const isApiKey = (text: string): boolean => /^rgk[A-Za-z0-9]{61}$/.test(text)

/** The part of a key that is kept in clear, so that a key found somewhere can be told. */
export const apiKeyPrefix = (key: string): string => key.slice(0, prefixLength)

/**
 * What is kept of a key: its SHA-256 in base64url. It has more random bits than the hash, so no slow hash is needed;
 * and it is the hash that is looked up, so the time a look-up takes says nothing of the key.
 */
export const hashApiKey = (key: string): string => hash('sha256', key, 'base64url')
