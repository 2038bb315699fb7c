import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** What one run of the tests came to. */
export type Counts = {
  readonly passed: number
  readonly failed: number
  /** Tests that failed, with what they said first. */
  readonly failures: readonly Failure[]
  /** Files that could not be loaded, and errors that belong to no test. */
  readonly broken: number
  readonly skipped: readonly { readonly name: string; readonly reason: string | undefined }[]
}

export type Failure = { readonly file: string; readonly name: string; readonly reason: string }

/** Writes `Counts` as JSON to the file named by `TEST_COUNTS_FILE` when a run ends. */
export default class TestCounts implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const file = process.env.TEST_COUNTS_FILE
    if (file !== undefined) writeFileSync(file, JSON.stringify(count(modules, errors.length)))
  }
}

function count(modules: readonly TestModule[], strayErrors: number): Counts {
  const tests = modules.flatMap(module => [...module.children.allTests()])
  const state = (test: TestCase): string => test.result().state
  // A file that cannot be loaded has no tests to fail, and a stray rejection belongs to none.
  const broken = modules.filter(module => module.errors().length > 0).length + strayErrors
  const failures = tests.filter(test => state(test) === 'failed').map(toFailure)
  return {
    passed: tests.filter(test => state(test) === 'passed').length,
    failed: failures.length + broken,
    failures,
    broken,
    skipped: tests
      .filter(test => state(test) === 'skipped' || state(test) === 'pending')
      .map(test => ({
        name: `${test.module.relativeModuleId} > ${test.fullName}`,
        reason: reasonOf(test),
      })),
  }
}

function toFailure(test: TestCase): Failure {
  const file = test.module.relativeModuleId
  const [first] = test.result().errors ?? []
  const reason = first?.message.split('\n')[0] ?? 'no reason given'
  return { file, name: `${file} > ${test.fullName}`, reason }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  return result.state === 'skipped' ? result.note : undefined
}
