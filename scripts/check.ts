import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run/root.mjs'

type Step = { readonly name: string; readonly args: readonly string[] }

const script = (name: string): string[] => [...process.execArgv, join('scripts', name)]

const steps: readonly Step[] = [
  { name: 'types', args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  {
    name: 'format and lint',
    args: ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  },
  { name: 'shape', args: script('check-shape.ts') },
  { name: 'docs', args: [...script('write-docs.ts'), '--check'] },
]

let failed = 0
for (const { name, args } of steps) {
  const { status } = spawnSync(process.execPath, [...args], { cwd: root, stdio: 'inherit' })
  console.log(`${status === 0 ? 'ok' : 'FAILED'}  ${name}`)
  if (status !== 0) failed += 1
}
console.log(`${steps.length - failed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 ? 0 : 1
