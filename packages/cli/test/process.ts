import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

export type CliProcess = AsyncDisposable & {
  readonly pid: number
  /** Everything said so far, on both outputs. */
  said(): string
  /** Resolves to what was said once it matches; rejects when the process ends without, or says nothing of it for so long. */
  waitFor(pattern: RegExp): Promise<string>
  kill(signal: NodeJS.Signals): void
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** The real command in a process of its own; killed when disposed, if it still runs. */
export const startCli = (
  argv: readonly string[],
  { env = {}, nodeFlags = [] as readonly string[], patienceMs = 15_000 } = {},
): CliProcess => {
  const child = spawn(process.execPath, [...process.execArgv, ...nodeFlags, bin, ...argv], {
    env: { ...process.env, REGENT_PASSWORD_MEMORY_KIB: '8', NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const watchers = new Set<() => void>()
  const note = (text: string): void => {
    said += text
    for (const watcher of watchers) watcher()
  }
  child.stdout.setEncoding('utf8').on('data', note)
  child.stderr.setEncoding('utf8').on('data', note)
  const ended = new Promise<number | NodeJS.Signals | null>(resolve =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  )

  return {
    pid: child.pid ?? 0,
    said: () => said,
    waitFor: async pattern => {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      const fail = (what: unknown): void =>
        reject(new Error(`${what} before ${pattern}, saying:\n${said}`))
      const look = (): void => {
        if (pattern.test(said)) resolve(said)
      }
      const timer = setTimeout(fail, patienceMs, 'waited in vain')
      watchers.add(look)
      look()
      void ended.then(code => fail(`ended with ${code}`))
      try {
        return await promise
      } finally {
        clearTimeout(timer)
        watchers.delete(look)
      }
    },
    kill: signal => void child.kill(signal),
    ended,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export type Folder = AsyncDisposable & { readonly path: string }

export const makeFolder = async (): Promise<Folder> => {
  const path = await mkdtemp(join(tmpdir(), 'regent-cli-'))
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  }
}

/** An app directory of the repository. */
export const quickstart = fileURLToPath(new URL('../../../examples/quickstart', import.meta.url))
