import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run/root.mjs'
import type { Counts } from './test-counts.ts'

const folder = join(root, 'node_modules', '.cache', 'regent')
const file = join(folder, 'test-counts.json')

mkdirSync(folder, { recursive: true })
rmSync(file, { force: true })
const reporters = ['--reporter=default', `--reporter=${join(root, 'scripts', 'test-counts.ts')}`]
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const run = spawnSync(
  process.execPath,
  [...process.execArgv, vitest, 'run', ...reporters, ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, TEST_COUNTS_FILE: file } },
)

const { passed, failed, skipped } = readCounts()
const isFiltered = process.argv.some(word => /^(-t|--testNamePattern)(=|$)/.test(word))
for (const { name, reason } of skipped) {
  if (reason === undefined && isFiltered) continue
  console.log(`Skipped: ${name} (${reason ?? 'no reason given'})`)
}
const ok = run.status === 0 && failed === 0 && passed > 0
if (passed === 0 && failed === 0) console.log('No test was run: does its name match?')
console.log(`${passed} passed, ${ok ? 0 : Math.max(failed, 1)} failed, ${skipped.length} skipped`)
process.exitCode = ok ? 0 : 1

function readCounts(): Counts {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Counts
  } catch {
    return { passed: 0, failed: 1, skipped: [] }
  }
}
