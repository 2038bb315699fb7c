import type { Counts, Failure } from './test-counts.ts'

/** More files than this do not fail by chance. */
const mostFiles = 5

/** Files of failed tests, when they are few; none when something failed that is no test. */
export const filesToRunAgain = ({ failures, broken }: Counts): readonly string[] => {
  const files = [...new Set(failures.map(({ file }) => file))]
  return broken > 0 || files.length > mostFiles ? [] : files
}

type Both = {
  readonly counts: Counts
  /** Tests that passed the second time only, with what they said the first time. */
  readonly byChance: readonly Failure[]
}

/** What both runs come to. A second one that broke off, or left a test out, clears nothing. */
export const afterSecondRun = (first: Counts, second: Counts): Both => {
  if (second.broken > 0) return { counts: first, byChance: [] }
  const again = [...second.failures, ...second.skipped].map(({ name }) => name)
  const byChance = first.failures.filter(({ name }) => !again.includes(name))
  const known = new Set(second.failures.map(({ name }) => name))
  const left = first.failures.filter(failure => !byChance.includes(failure))
  const failures = [...second.failures, ...left.filter(({ name }) => !known.has(name))]
  const tests = first.passed + first.failures.length
  const passed = tests - failures.length
  return { counts: { ...first, passed, failed: failures.length, failures }, byChance }
}
