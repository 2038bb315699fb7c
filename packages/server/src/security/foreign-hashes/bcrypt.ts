import { type HashFormat, malformed, tooCostly } from './foreign-hash.ts'

/** About a second. */
const mostCost = 14

/** Bytes of a password that bcrypt looks at. */
const mostBytes = 72

const shape = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/

/** True for a password of which bcrypt looks at every byte. */
const isSeenWhole = (password: string): boolean =>
  Buffer.byteLength(password) <= mostBytes && !password.includes('\0')

/**
 * `$2b$<cost>$<salt and digest>`, and `$2a$`, `$2y$`. A password that bcrypt would look at a part of is never right:
 * another one with the same beginning would be as good.
 */
export const bcrypt: HashFormat = text => {
  if (!text.startsWith('$2')) return undefined
  const [, digits] = shape.exec(text) ?? []
  const cost = Number(digits)
  if (digits === undefined || cost < 4) return malformed
  if (cost > mostCost) return tooCostly(`cost ${cost}, at most ${mostCost}`)
  return {
    kind: 'bcrypt',
    work: 2 ** cost,
    decoy: `$2b$${digits}$${'.'.repeat(53)}`,
    verify: async password => {
      const { verify } = await import('@node-rs/bcrypt')
      return (await verify(password, text)) && isSeenWhole(password)
    },
  }
}
