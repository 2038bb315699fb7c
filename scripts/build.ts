import { spawnSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run/root.mjs'

/** Each after those that it imports. */
const packages = ['protocol', 'sdk', 'server', 'dev-openid', 'cli']

const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
for (const name of packages) {
  const folder = join(root, 'packages', name)
  rmSync(join(folder, 'dist'), { recursive: true, force: true })
  const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: folder,
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`packages/${name} does not compile`)
    process.exit(1)
  }
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  console.log(`packages/${name}/dist`)
}
