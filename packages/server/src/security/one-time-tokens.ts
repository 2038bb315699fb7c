import { hash } from 'node:crypto'
import { randomHex } from './random.ts'

/** What a letter carries: 128 and 24 hex characters. */
export type OneTimeToken = { readonly token: string; readonly tokenId: string }

export const newOneTimeToken = (): OneTimeToken => ({
  token: randomHex(64),
  tokenId: randomHex(12),
})

/** What is kept of a token: its SHA-256 in base64url. It has 512 random bits, so no slow hash is needed. */
export const hashOneTimeToken = (token: string): string => hash('sha256', token, 'base64url')

/** True for what could have been a token of ours. */
export const isOneTimeToken = ({ token, tokenId }: OneTimeToken): boolean =>
  /^[0-9a-f]{128}$/.test(token) && /^[0-9a-f]{24}$/.test(tokenId)
