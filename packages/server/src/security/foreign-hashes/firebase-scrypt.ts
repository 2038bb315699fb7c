import { createCipheriv, timingSafeEqual } from 'node:crypto'
import { bytesOf, isBetween, zeros } from './base64.ts'
import { isAffordableScrypt, isScryptCost, runScrypt, scryptWork } from './derive.ts'
import { type HashFormat, malformed, tooCostly } from './foreign-hash.ts'

const shape =
  /^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,6}),p=(\d{1,6}),ss=([^,$]*),sk=([^,$]+)\$([^$]+)\$([^$]+)$/

/**
 * `$fbscrypt$v=1,n=<memory cost>,r=<rounds>,p=1,ss=<salt separator>,sk=<signer key>$<salt>$<hash>`: Firebase's own, where
 * the derived key encrypts the project's signer key. The values are those of its password hash parameters.
 *
 * @see https://github.com/firebase/scrypt
 */
export const firebaseScrypt: HashFormat = text => {
  if (!text.startsWith('$fbscrypt$')) return undefined
  const [, n, r, p, separator = '', signer = '', salt = '', hash = ''] = shape.exec(text) ?? []
  const cost = { ln: Number(n), r: Number(r), p: Number(p) }
  const [separatorBytes, saltBytes] = [bytesOf(separator), bytesOf(salt)]
  const [signerKey, expected] = [bytesOf(signer), bytesOf(hash)]
  if (!isBetween(separatorBytes, 0, 16) || !isBetween(saltBytes, 4, 64)) return malformed
  if (!isBetween(signerKey, 16, 128) || !isBetween(expected, 16, 128)) return malformed
  if (expected.length !== signerKey.length || !isScryptCost(cost)) return malformed
  if (!isAffordableScrypt(cost)) return tooCostly(`n=${n}, r=${r}, p=${p}`)
  const key = zeros(signerKey.length)
  return {
    kind: 'fbscrypt',
    work: scryptWork(cost),
    decoy: `$fbscrypt$v=1,n=${n},r=${r},p=${p},ss=,sk=${key}$${zeros(16)}$${key}`,
    verify: async password => {
      const seasoned = Buffer.concat([saltBytes, separatorBytes])
      const derived = await runScrypt(password, seasoned, { ...cost, bytes: 32 })
      const cipher = createCipheriv('aes-256-ctr', derived, Buffer.alloc(16))
      return timingSafeEqual(Buffer.concat([cipher.update(signerKey), cipher.final()]), expected)
    },
  }
}
