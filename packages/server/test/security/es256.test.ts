import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signEs256, verifyEs256 } from '../../src/security/es256.ts'

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

  it('is taken exactly when it is one of the key and the text', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const signer = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
    let withZero = 0

    for (let round = 0; round < 2_000; round += 1) {
      const signature = sign('sha256', Buffer.from(`text ${round}`), signer)
      if (signature[0] === 0 || signature[32] === 0) withZero += 1
      expect(verifyEs256(publicKey, `text ${round}`, signature)).toBe(true)
    }
    expect(withZero).toBeGreaterThan(0)

    const signature = sign('sha256', Buffer.from('text'), signer)
    expect(verifyEs256(publicKey, 'another text', signature)).toBe(false)
    expect(verifyEs256(other.publicKey, 'text', signature)).toBe(false)
    for (const wrong of [
      Buffer.alloc(64),
      Buffer.alloc(64, 0xff),
      Buffer.alloc(0),
      signature.subarray(0, 63),
      Buffer.concat([signature, Buffer.alloc(1)]),
      Buffer.concat([Buffer.alloc(32), signature.subarray(32)]),
      sign('sha256', Buffer.from('text'), privateKey),
    ]) {
      expect(verifyEs256(publicKey, 'text', wrong)).toBe(false)
    }
    for (let at = 0; at < 64; at += 1) {
      const changed = Buffer.from(signature)
      changed[at] = (changed[at] as number) ^ 1
      expect(verifyEs256(publicKey, 'text', changed)).toBe(false)
    }
  })
})
