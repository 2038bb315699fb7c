import { runCli } from '../src/cli.ts'
import type { Terminal } from '../src/terminal.ts'

export type Ran = { readonly code: number; readonly out: string; readonly err: string }

export type RunOptions = Partial<Pick<Terminal, 'env' | 'cwd'>> & {
  /** What stands on standard input; a terminal without it. */
  readonly input?: string
  /** Told all that was written so far, whenever something is. */
  readonly onOut?: (out: string) => void
  /** When the person ends it. Default never. */
  readonly stopped?: Promise<void>
}

/** Runs one command in this process, without colours, and answers what a person would have seen. */
export const run = async (
  argv: readonly string[],
  { env = {}, cwd = process.cwd(), input, onOut, stopped }: RunOptions = {},
): Promise<Ran> => {
  let out = ''
  let err = ''
  const code = await runCli(argv, {
    env,
    cwd,
    write: text => {
      out += text
      onOut?.(out)
    },
    complain: text => {
      err += text
    },
    readInput: async () => input,
    paint: (_style, text) => text,
    waitForStop: () => stopped ?? new Promise(() => {}),
  })
  return { code, out, err }
}
