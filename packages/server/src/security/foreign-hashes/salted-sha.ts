import { createHash, timingSafeEqual } from 'node:crypto'
import { bytesOf, isBetween, zeros } from './base64.ts'
import { type ForeignHash, type HashFormat, type HashProblem, malformed } from './foreign-hash.ts'

const digestBytes: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }

const own = /^\$salted-(sha1|sha256|sha512)\$o=(ps|sp)\$([^$]+)\$([^$]+)$/
const ldap = /^\{SSHA(256|512)?\}([^{}$]+)$/

type Parts = {
  readonly digest: string
  /** True when the salt stands before the password. */
  readonly isFirst: boolean
  readonly salt: Buffer | undefined
  readonly expected: Buffer | undefined
}

const toHash = ({ digest, isFirst, salt, expected }: Parts): ForeignHash | HashProblem => {
  const length = digestBytes[digest] ?? 0
  if (!isBetween(salt, 1, 128) || !isBetween(expected, length, length)) return malformed
  return {
    kind: 'salted-sha',
    work: 1,
    decoy: `$salted-sha256$o=ps$${zeros(16)}$${zeros(32)}`,
    verify: async password => {
      const bytes = Buffer.from(password)
      const whole = Buffer.concat(isFirst ? [salt, bytes] : [bytes, salt])
      return timingSafeEqual(createHash(digest).update(whole).digest(), expected)
    },
  }
}

/**
 * `$salted-sha256$o=ps$<salt>$<digest>` with sha1, sha256 or sha512, of the password and then the salt (`o=sp`: the other
 * way round); and LDAP's `{SSHA}`, `{SSHA256}`, `{SSHA512}`.
 */
export const saltedSha: HashFormat = text => {
  if (text.startsWith('$salted-')) {
    const [, digest, order, salt = '', expected = ''] = own.exec(text) ?? []
    if (digest === undefined) return malformed
    return toHash({
      digest,
      isFirst: order === 'sp',
      salt: bytesOf(salt),
      expected: bytesOf(expected),
    })
  }
  if (!text.startsWith('{SSHA')) return undefined
  const [, size = '1', both = ''] = ldap.exec(text) ?? []
  const digest = `sha${size}`
  const bytes = bytesOf(both) ?? Buffer.alloc(0)
  const length = digestBytes[digest] ?? 0
  const [expected, salt] = [bytes.subarray(0, length), bytes.subarray(length)]
  return toHash({ digest, isFirst: false, salt, expected })
}
