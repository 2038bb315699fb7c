import { argon2 } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { firebaseScrypt } from './firebase-scrypt.ts'
import type { ForeignHash, HashFormat, HashProblem } from './foreign-hash.ts'
import { pbkdf2 } from './pbkdf2.ts'
import { saltedSha } from './salted-sha.ts'
import { scrypt } from './scrypt.ts'

/** In UTF-16 units. */
const longest = 1_024

const formats: readonly HashFormat[] = [argon2, bcrypt, scrypt, firebaseScrypt, pbkdf2, saltedSha]

/** Django writes the algorithm once more before these. */
const withoutPrefix = (text: string): string =>
  text.replace(/^(?:argon2(?=\$argon2)|bcrypt\$(?=\$2))/, '')

/** Reads a password hash of another system, and refuses one that would cost too much to check. */
export const readForeignHash = (text: string): ForeignHash | HashProblem => {
  if (text.length > longest) return { problem: 'is too long' }
  const plain = withoutPrefix(text)
  for (const format of formats) {
    const read = format(plain)
    if (read) return read
  }
  return { problem: 'is in no format that is known' }
}
