import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Seals secrets before they are stored. */
export type SecretBox = {
  /** Encrypts for one place: what was sealed for another place does not open there. */
  seal(secret: Uint8Array, place: string): Uint8Array
  /** @throws Error when the box was changed, was sealed for another place, or with another master key. */
  open(sealed: Uint8Array, place: string): Uint8Array
}

const version = 1
const nonceBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM. A sealed secret is one version byte, a random nonce of 12 bytes, the ciphertext and a tag of 16.
 *
 * @throws TypeError when the master key is not 32 bytes.
 */
export const openSecretBox = (masterKey: Uint8Array): SecretBox => {
  if (masterKey.length !== 32) throw new TypeError('the master key must be 32 bytes')
  const key = Uint8Array.from(masterKey)

  return {
    seal: (secret, place) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      cipher.setAAD(Buffer.from(place))
      const text = Buffer.concat([cipher.update(secret), cipher.final()])
      return Buffer.concat([Uint8Array.of(version), nonce, text, cipher.getAuthTag()])
    },
    open: (sealed, place) => {
      if (sealed[0] !== version || sealed.length < 1 + nonceBytes + tagBytes) {
        throw new Error('a sealed secret is in a form that this version does not know')
      }
      const nonce = sealed.subarray(1, 1 + nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(sealed.subarray(-tagBytes))
      const text = sealed.subarray(1 + nonceBytes, -tagBytes)
      try {
        return Buffer.concat([decipher.update(text), decipher.final()])
      } catch (cause) {
        throw new Error('a sealed secret does not open: is it the right master key?', { cause })
      }
    },
  }
}
