import { createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
import { checkPublicKey, KeyError, type PublicAlgorithm } from './key-set.ts'

export type SigningAlgorithm = 'HS256' | PublicAlgorithm

/** Shortest secret for HS256, in bytes (RFC 7518, 3.2). */
const shortestSecret = 32
const mostKept = 500

const toSecretKey = (text: string): KeyObject => {
  const bytes = Buffer.from(text, 'utf8')
  if (/-----BEGIN /.test(text)) throw new KeyError('a PEM key is no secret for HS256')
  if (bytes.length < shortestSecret)
    throw new KeyError(`the secret has ${bytes.length} bytes, HS256 wants ${shortestSecret}`)
  return createSecretKey(bytes)
}

/** Line breaks may have become `\n` on the way through a file or a shell. */
const toPublicKey = (text: string, algorithm: PublicAlgorithm): KeyObject => {
  const pem = text.replaceAll('\\n', '\n').trim()
  if (!/^-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem))
    throw new KeyError('the key is not a PEM public key')
  let key: KeyObject
  try {
    key = createPublicKey(pem)
  } catch {
    throw new KeyError('the key cannot be read')
  }
  checkPublicKey(key, algorithm)
  return key
}

/**
 * Reads keys that an app's owner gave as text, and remembers them by it.
 *
 * @throws KeyError (from `read`) for a key that is of another kind, or too weak; its message tells nothing of the key
 */
export const openGivenKeys = (): {
  read(text: string, algorithm: SigningAlgorithm): KeyObject
} => {
  const kept = new Map<string, KeyObject>()
  return {
    read: (text, algorithm) => {
      const name = `${algorithm} ${text}`
      const found = kept.get(name)
      if (found) return found
      const key = algorithm === 'HS256' ? toSecretKey(text) : toPublicKey(text, algorithm)
      if (kept.size >= mostKept) kept.clear()
      kept.set(name, key)
      return key
    },
  }
}
