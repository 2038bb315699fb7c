import { describe, expect, it } from 'vitest'
import { afterSecondRun, filesToRunAgain } from './second-run.ts'
import type { Counts } from './test-counts.ts'

const failed = (...names: readonly string[]) =>
  names.map(name => ({ file: `${name[0]}.test.ts`, name, reason: `${name} was late` }))

const counts = (given: Partial<Counts>): Counts => {
  const { failures = [], broken = 0 } = given
  return { passed: 0, broken, failures, skipped: [], failed: failures.length + broken, ...given }
}

describe('the files that are run again', () => {
  it('are those of failed tests, each once', () => {
    expect(filesToRunAgain(counts({ failures: failed('a1', 'a2', 'b1') }))).toEqual([
      'a.test.ts',
      'b.test.ts',
    ])
  })

  it('are none when many failed, or something that is no test', () => {
    expect(filesToRunAgain(counts({ failures: failed('a', 'b', 'c', 'd', 'e', 'f') }))).toEqual([])
    expect(filesToRunAgain(counts({ failures: failed('a'), broken: 1 }))).toEqual([])
    expect(filesToRunAgain(counts({ passed: 9 }))).toEqual([])
  })
})

describe('two runs', () => {
  const first = counts({ passed: 10, failures: failed('a1', 'b1') })

  it('name what passed the second time only', () => {
    const both = afterSecondRun(first, counts({ passed: 4, failures: failed('b1') }))

    expect(both.byChance).toEqual(failed('a1'))
    expect(both.counts).toMatchObject({ passed: 11, failed: 1, failures: failed('b1') })
  })

  it('count what failed the second time only', () => {
    const both = afterSecondRun(first, counts({ passed: 4, failures: failed('a2') }))

    expect(both.byChance).toEqual(failed('a1', 'b1'))
    expect(both.counts).toMatchObject({ passed: 11, failed: 1 })
  })

  it('clear nothing when the second broke off or left the test out', () => {
    const skipped = [{ name: 'a1', reason: undefined }]

    expect(afterSecondRun(first, counts({ broken: 1 }))).toEqual({ counts: first, byChance: [] })
    expect(afterSecondRun(first, counts({ passed: 4, skipped }))).toMatchObject({
      byChance: failed('b1'),
      counts: { passed: 11, failed: 1, failures: failed('a1') },
    })
  })
})
