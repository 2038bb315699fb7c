import { randomHex } from '../security/random.ts'

const millisecondBits = 16
const counterLimit = 2 ** 24

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

/** The lowest id of a millisecond. */
export const idAt = (ms: number): string => {
  const whole = Math.max(0, Math.floor(ms))
  return `${hex(Math.floor(whole / 1000), 8)}${hex(whole % 1000, millisecondBits / 4)}${'0'.repeat(12)}`
}

/** Milliseconds since 1970 of an id that `openIds` made. */
export const timeOf = (id: string): number =>
  Number.parseInt(id.slice(0, 8), 16) * 1000 + Number.parseInt(id.slice(8, 12), 16)

/**
 * Makes ObjectIds (24 hex characters) that are ordered by the millisecond, where an ObjectId usually is by the second:
 * 4 bytes of seconds, 2 of milliseconds, 3 of this process, 3 that count.
 */
export const openIds = (): ((ms: number) => string) => {
  const process = randomHex(3)
  let count = Number.parseInt(randomHex(2), 16)
  return ms => {
    count = (count + 1) % counterLimit
    return `${idAt(ms).slice(0, 12)}${process}${hex(count, 6)}`
  }
}
