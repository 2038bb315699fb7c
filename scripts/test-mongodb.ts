import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './run/root.mjs'

const variable = 'REGENT_TEST_MONGODB_URL'

const hint = `set ${variable} to the address of a MongoDB whose databases regent_t… may come and go, or run scripts/documentdb/start as root`

/** Starts the server that `scripts/documentdb/start` has set up on this machine; nothing is installed here. */
const startKnown = (): string | undefined => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const start = join(root, 'scripts', 'documentdb', 'start')
  const { status, stdout } = spawnSync(start, ['running'], { encoding: 'utf8', timeout: 60_000 })
  return status === 0 ? stdout.trim() : undefined
}

/** Finds the MongoDB that tests run against, and says which, before the first of them. */
export const setup = (): void => {
  const given = process.env[variable]
  const found = given || startKnown()
  if (found === undefined) {
    console.log(`No MongoDB to test against, these tests are skipped: ${hint}`)
    return
  }
  process.env[variable] = found
  console.log(`MongoDB to test against: ${found.replace(/\/\/[^@/]*@/, '//')}`)
}
