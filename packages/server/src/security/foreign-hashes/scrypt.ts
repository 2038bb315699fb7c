import { timingSafeEqual } from 'node:crypto'
import { bytesOf, isBetween, zeros } from './base64.ts'
import { isAffordableScrypt, isScryptCost, runScrypt, scryptWork } from './derive.ts'
import { type HashFormat, malformed, tooCostly } from './foreign-hash.ts'

const shape = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,6}),p=(\d{1,6})\$([^$]+)\$([^$]+)$/

/** `$scrypt$ln=<log2 N>,r=<block size>,p=<lanes>$<salt>$<digest>`, as passlib writes it. */
export const scrypt: HashFormat = text => {
  if (!text.startsWith('$scrypt$')) return undefined
  const [, ln, r, p, salt = '', digest = ''] = shape.exec(text) ?? []
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) }
  const saltBytes = bytesOf(salt)
  const expected = bytesOf(digest)
  if (!isBetween(saltBytes, 4, 64) || !isBetween(expected, 16, 64)) return malformed
  if (!isScryptCost(cost)) return malformed
  if (!isAffordableScrypt(cost)) return tooCostly(`ln=${ln}, r=${r}, p=${p}`)
  return {
    kind: 'scrypt',
    work: scryptWork(cost),
    decoy: `$scrypt$ln=${ln},r=${r},p=${p}$${zeros(16)}$${zeros(expected.length)}`,
    verify: async password =>
      timingSafeEqual(
        await runScrypt(password, saltBytes, { ...cost, bytes: expected.length }),
        expected,
      ),
  }
}
