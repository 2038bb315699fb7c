import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { App } from '../../domain/app.ts'
import type { FunctionPackages } from '../../domain/function.ts'

/** An install that did not come to its end. The message is for whoever deploys. */
export class InstallError extends Error {
  override readonly name = 'InstallError'
}

const longestMs = 5 * 60_000
/** Of what npm said. */
const saidAtMost = 2_000

const digestOf = ({ packageJson, lockfile = '' }: FunctionPackages): string =>
  createHash('sha256').update(packageJson).update('\0').update(lockfile).digest('hex').slice(0, 16)

/** Where the packages of the app's functions lie: the same folder as long as they are the same. */
export const packagesFolder = (data: string, app: App): string =>
  join(
    resolve(data),
    'apps',
    app.clientAppId,
    'functions',
    app.functionPackages === undefined ? 'none' : digestOf(app.functionPackages),
  )

const npmArguments = (hasLockfile: boolean): string[] => [
  hasLockfile ? 'ci' : 'install',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-progress',
  '--loglevel=error',
]

/** Resolves with what npm said when it failed. */
const runNpm = (folder: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise(done => {
    const child = spawn('npm', args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      timeout: longestMs,
      killSignal: 'SIGKILL',
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(0, saidAtMost)
      })
    }
    child.on('error', error => done(`npm could not be started: ${error.message}`))
    child.on('close', (code, signal) => {
      if (code === 0) done(undefined)
      else
        done(signal === null ? said.trim() : `npm took longer than ${longestMs / 60_000} minutes`)
    })
  })

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

const halfOf = (folder: string, pid: number | '' = ''): string => `${folder}.half-${pid}`

/** What a crash left. Another worker of the same server may install here too: its half stays. */
const removeHalves = async (folder: string): Promise<void> => {
  const half = basename(halfOf(folder))
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(half)) continue
    const pid = Number.parseInt(name.slice(half.length), 10)
    if (pid !== process.pid && isRunning(pid)) continue
    await rm(join(dirname(folder), name), { recursive: true, force: true })
  }
}

/** Of two processes that install the same, one is first. */
const moveInto = async (half: string, folder: string): Promise<void> => {
  try {
    await rename(half, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
  }
}

const install = async (folder: string, packages: FunctionPackages): Promise<void> => {
  const { packageJson, lockfile } = packages
  await mkdir(dirname(folder), { recursive: true, mode: 0o700 })
  await removeHalves(folder)
  const half = await mkdtemp(`${halfOf(folder, process.pid)}-`)
  try {
    await writeFile(join(half, 'package.json'), packageJson)
    if (lockfile !== undefined) await writeFile(join(half, 'package-lock.json'), lockfile)
    const problem = await runNpm(half, npmArguments(lockfile !== undefined))
    if (problem !== undefined) throw new InstallError(problem.replaceAll(`${half}/`, ''))
    await moveInto(half, folder)
  } finally {
    await rm(half, { recursive: true, force: true })
  }
}

export type Installs = {
  /**
   * Sees to it that the packages of the app's functions are there, whole: once for the same packages, also after
   * a crash. Install scripts are not run.
   *
   * @throws InstallError
   */
  ensure(app: App): Promise<void>
}

export const openInstalls = (data: string): Installs => {
  const underWay = new Map<string, Promise<void>>()
  return {
    ensure: async app => {
      const { functionPackages } = app
      const folder = packagesFolder(data, app)
      if (functionPackages === undefined || existsSync(folder)) return
      const installing =
        underWay.get(folder) ??
        install(folder, functionPackages).finally(() => underWay.delete(folder))
      underWay.set(folder, installing)
      await installing
    },
  }
}
