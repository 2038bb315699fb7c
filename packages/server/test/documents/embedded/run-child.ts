import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Child = {
  readonly process: ChildProcess
  /** The next line that the child prints; `undefined` once it has ended. */
  nextLine(): Promise<string | undefined>
  readonly exited: Promise<number | null>
}

const source = ['--conditions=source', '--disable-warning=ExperimentalWarning']

/** Runs a module of this folder as a process of its own. */
export const runChild = (module: string, args: readonly string[], shell?: string): Child => {
  const path = new URL(module, import.meta.url).pathname
  const command = [process.execPath, ...source, path, ...args]
  const child =
    shell === undefined
      ? spawn(command[0] as string, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
      : spawn('bash', ['-c', `${shell}; exec "$@"`, 'bash', ...command], {
          stdio: ['pipe', 'pipe', 'inherit'],
        })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const exited = new Promise<number | null>(resolve => child.once('exit', resolve))
  return {
    process: child,
    nextLine: async () => (await lines.next()).value,
    exited,
  }
}
