import { verify } from '@node-rs/argon2'
import { bytesOf, isBetween, zeros } from './base64.ts'
import { type HashFormat, malformed, mostMemory, tooCostly } from './foreign-hash.ts'

/** KiB times passes: about as long as a third of a second. */
const mostWork = 1_048_576
const mostLanes = 16

const shape = /^\$(argon2(?:id|i|d))\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([^$]+)\$([^$]+)$/

/**
 * `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt>$<digest>`, and `argon2i`, `argon2d`.
 *
 * @see https://github.com/P-H-C/phc-string-format
 */
export const argon2: HashFormat = text => {
  if (!text.startsWith('$argon2')) return undefined
  const [, kind = '', m, t, p, salt = '', digest = ''] = shape.exec(text) ?? []
  const [memory, passes, lanes] = [Number(m), Number(t), Number(p)]
  const saltBytes = bytesOf(salt)
  const digestBytes = bytesOf(digest)
  if (!isBetween(saltBytes, 8, 64) || !isBetween(digestBytes, 12, 64)) return malformed
  if (passes < 1 || lanes < 1 || memory < 8 * lanes) return malformed
  const work = memory * passes
  if (memory * 1024 > mostMemory || work > mostWork || lanes > mostLanes) {
    return tooCostly(`m=${memory}, t=${passes}, p=${lanes}`)
  }
  return {
    kind,
    work,
    decoy: `$${kind}$v=19$m=${memory},t=${passes},p=${lanes}$${zeros(16)}$${zeros(32)}`,
    verify: password => verify(text, password),
  }
}
