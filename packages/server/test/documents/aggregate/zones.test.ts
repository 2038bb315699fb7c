import { describe, expect, it } from 'vitest'
import { readZone } from '../../../src/documents/embedded/aggregate/expressions/dates/zone.ts'

const name = 'America/Argentina/Buenos_Aires'

/** Spelt with other letters small and large for each number. */
const spelt = (number: number): string =>
  Array.from(name, (letter, at) =>
    (number >> (at % 16)) & 1 ? letter.toUpperCase() : letter.toLowerCase(),
  ).join('')

describe('a time zone', () => {
  it('is the same however its name is spelt, and takes its memory once', () => {
    const zone = readZone(name)

    for (let number = 0; number < 1_000; number += 1) expect(readZone(spelt(number))).toBe(zone)
    expect(zone(0)).toBe(-3 * 3_600_000)
  })

  it('is told as it was spelt when it is unknown', () => {
    expect(() => readZone('Europe/Atlantis')).toThrow('identifier: "Europe/Atlantis"')
  })
})
