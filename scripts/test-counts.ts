import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'

/** What one run of the tests came to. */
export type Counts = {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly { readonly name: string; readonly reason: string | undefined }[]
}

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
  const broken = modules.filter(module => module.errors().length > 0).length
  return {
    passed: tests.filter(test => state(test) === 'passed').length,
    failed: tests.filter(test => state(test) === 'failed').length + broken + strayErrors,
    skipped: tests
      .filter(test => state(test) === 'skipped' || state(test) === 'pending')
      .map(test => ({
        name: `${test.module.relativeModuleId} > ${test.fullName}`,
        reason: reasonOf(test),
      })),
  }
}

function reasonOf(test: TestCase): string | undefined {
  const result = test.result()
  return result.state === 'skipped' ? result.note : undefined
}
