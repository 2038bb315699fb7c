import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run/root.mjs'

/** Builds the packages, then uses them as strangers would. */
const steps = [
  ['build.ts'],
  ['test.ts', '--config', join(root, 'scripts', 'packages', 'vitest.config.ts')],
]
for (const [script = '', ...args] of steps) {
  const { status } = spawnSync(
    process.execPath,
    [...process.execArgv, join(root, 'scripts', script), ...args],
    { cwd: root, stdio: 'inherit' },
  )
  if (status !== 0) process.exit(1)
}
