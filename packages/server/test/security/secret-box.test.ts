import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openSecretBox } from '../../src/security/secret-box.ts'

const secret = Buffer.from('the colour is green')

describe('a sealed secret', () => {
  it('opens where it was sealed for, and is never sealed twice alike', () => {
    const box = openSecretBox(randomBytes(32))
    const sealed = box.seal(secret, 'signingKeys/a')

    expect(Buffer.from(box.open(sealed, 'signingKeys/a')).toString()).toBe('the colour is green')
    expect(Buffer.from(sealed).includes(secret)).toBe(false)
    expect(box.seal(secret, 'signingKeys/a')).not.toEqual(sealed)
  })

  it('does not open in another place, with another key, or changed in any byte', () => {
    const box = openSecretBox(randomBytes(32))
    const sealed = box.seal(secret, 'signingKeys/a')

    expect(() => box.open(sealed, 'signingKeys/b')).toThrow('does not open')
    expect(() => openSecretBox(randomBytes(32)).open(sealed, 'signingKeys/a')).toThrow('master key')
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => box.open(changed, 'signingKeys/a')).toThrow('sealed secret')
    }
    expect(() => box.open(sealed.subarray(0, 20), 'signingKeys/a')).toThrow('does not know')
  })

  it('needs a master key of 32 bytes', () => {
    expect(() => openSecretBox(randomBytes(31))).toThrow('the master key must be 32 bytes')
  })

  it('does not change when the caller reuses the bytes of the key', () => {
    const key = randomBytes(32)
    const box = openSecretBox(key)
    const sealed = box.seal(secret, 'x')
    key.fill(0)

    expect(Buffer.from(box.open(sealed, 'x')).toString()).toBe('the colour is green')
  })
})
