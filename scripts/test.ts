import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run/root.mjs'
import { afterSecondRun, filesToRunAgain } from './second-run.ts'
import type { Counts } from './test-counts.ts'

const folder = join(root, 'node_modules', '.cache', 'regent')
const file = join(folder, 'test-counts.json')
const words = process.argv.slice(2)

const first = runTests(words)
const files = words.length === 0 ? filesToRunAgain(first) : []
const { passed, failed, skipped } = files.length > 0 ? runAgain(first, files) : first

const isFiltered = words.some(word => /^(-t|--testNamePattern)(=|$)/.test(word))
for (const { name, reason } of skipped) {
  if (reason === undefined && isFiltered) continue
  console.log(`Skipped: ${name} (${reason ?? 'no reason given'})`)
}
if (passed === 0 && failed === 0) console.log('No test was run: does its name match?')
const ok = failed === 0 && passed > 0
console.log(`${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed, ${skipped.length} skipped`)
process.exitCode = ok ? 0 : 1

function runTests(given: readonly string[]): Counts {
  mkdirSync(folder, { recursive: true })
  rmSync(file, { force: true })
  const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test-counts.ts')}`]
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, vitest, 'run', ...reporters, ...given],
    { stdio: 'inherit', env: { ...process.env, TEST_COUNTS_FILE: file } },
  )
  const counts = readCounts()
  return status === 0 || counts.failed > 0 ? counts : { ...counts, failed: 1, broken: 1 }
}

/** Tests of time fail by chance on a machine that does other work: what failed is run once more, alone, and told. */
function runAgain(before: Counts, failedFiles: readonly string[]): Counts {
  console.log(`Run again, alone: ${failedFiles.join(', ')}`)
  const { counts, byChance } = afterSecondRun(before, runTests(['--maxWorkers=1', ...failedFiles]))
  for (const { name, reason } of byChance) {
    console.log(`Passed the second time only: ${name} (${reason})`)
  }
  return counts
}

function readCounts(): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts
  } catch {
    return { passed: 0, failed: 1, failures: [], broken: 1, skipped: [] }
  }
}
