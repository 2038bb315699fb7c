import { describe, expect, it } from 'vitest'
import {
  hashOneTimeToken,
  isOneTimeToken,
  newOneTimeToken,
} from '../../src/security/one-time-tokens.ts'

describe('a one-time token', () => {
  it('has 128 and 24 hex characters and is never the same', () => {
    const one = newOneTimeToken()

    expect(one.token).toMatch(/^[0-9a-f]{128}$/)
    expect(one.tokenId).toMatch(/^[0-9a-f]{24}$/)
    expect(newOneTimeToken().token).not.toBe(one.token)
    expect(isOneTimeToken(one)).toBe(true)
    expect(hashOneTimeToken(one.token)).not.toContain(one.token)
  })

  it('is told from what cannot be one', () => {
    const { token, tokenId } = newOneTimeToken()
    const others = [
      { token: 'e30=', tokenId },
      { token: 'a_token', tokenId },
      { token: '', tokenId: '' },
      { token: `${token}0`, tokenId },
      { token: `${token}\n`, tokenId },
      { token: token.toUpperCase().replace(/[0-9]/g, 'A'), tokenId },
      { token, tokenId: 'x'.repeat(24) },
    ]

    for (const other of others) expect(isOneTimeToken(other)).toBe(false)
  })
})
