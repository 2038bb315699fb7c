import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run/root.mjs'

/** Bundles what tests start in processes and threads of their own, before the first of them: sources start slowly. */
export const setup = (): void => {
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  spawnSync(process.execPath, [...flags, join(root, 'scripts', 'bundle.ts')], { stdio: 'inherit' })
}
