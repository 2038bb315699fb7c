import { generateKeyPairSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signEs256 } from '../../src/security/es256.ts'

describe('an ES256 signature', () => {
  it('is 64 bytes that the public key confirms, whatever zeros its numbers begin with', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const verifier = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
    let withZero = 0

    // One in 128 has a number that begins with a zero byte: among 2,000 that none has is as good as impossible.
    for (let round = 0; round < 2_000; round += 1) {
      const signature = signEs256(privateKey, `text ${round}`)
      if (signature[0] === 0 || signature[32] === 0) withZero += 1
      expect(signature).toHaveLength(64)
      expect(verify('sha256', Buffer.from(`text ${round}`), verifier, signature)).toBe(true)
    }

    expect(withZero).toBeGreaterThan(0)
  })
})
