import { timingSafeEqual } from 'node:crypto'
import { bytesOf, isBetween, zeros } from './base64.ts'
import { derivePbkdf2 } from './derive.ts'
import {
  type ForeignHash,
  type HashFormat,
  type HashProblem,
  malformed,
  tooCostly,
} from './foreign-hash.ts'

/** Rounds over all blocks of the key: about a second. */
const mostRounds = 2_000_000

const digestBytes: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }

const phc = /^\$pbkdf2-(sha1|sha256|sha512)\$i=(\d{1,9})(?:,l=\d{1,3})?\$([^$]+)\$([^$]+)$/
const passlib = /^\$pbkdf2(?:-(sha256|sha512))?\$(\d{1,9})\$([^$]+)\$([^$]+)$/
const django = /^pbkdf2_(sha1|sha256)\$(\d{1,9})\$([^$]{1,64})\$([^$]+)$/

type Parts = {
  readonly digest: string
  readonly rounds: number
  readonly salt: Buffer | undefined
  readonly expected: Buffer | undefined
}

const partsOf = (text: string): Parts | undefined => {
  const byBytes = phc.exec(text) ?? passlib.exec(text)
  const [, digest = 'sha1', rounds, salt = '', expected = ''] = byBytes ?? django.exec(text) ?? []
  if (rounds === undefined) return undefined
  return {
    digest,
    rounds: Number(rounds),
    salt: byBytes ? bytesOf(salt) : Buffer.from(salt),
    expected: bytesOf(expected),
  }
}

const toHash = ({ digest, rounds, salt, expected }: Parts): ForeignHash | HashProblem => {
  if (!isBetween(salt, 1, 128) || !isBetween(expected, 16, 128) || rounds < 1) return malformed
  const work = rounds * Math.ceil(expected.length / (digestBytes[digest] ?? 1))
  if (work > mostRounds) return tooCostly(`${work} rounds, at most ${mostRounds}`)
  return {
    kind: `pbkdf2-${digest}`,
    work,
    decoy: `$pbkdf2-${digest}$i=${rounds}$${zeros(16)}$${zeros(expected.length)}`,
    verify: async password =>
      timingSafeEqual(
        await derivePbkdf2(password, salt, rounds, expected.length, digest),
        expected,
      ),
  }
}

/**
 * `$pbkdf2-sha256$i=<rounds>$<salt>$<key>` with sha1, sha256 or sha512; passlib's `$pbkdf2-sha256$<rounds>$…` and
 * Django's `pbkdf2_sha256$<rounds>$<salt as text>$<key>`.
 */
export const pbkdf2: HashFormat = text => {
  if (!/^\$?pbkdf2/.test(text)) return undefined
  const parts = partsOf(text)
  return parts ? toHash(parts) : malformed
}
