import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Where a command runs and speaks: everything that it touches of its process. */
export type Terminal = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Results, to standard output. */
  write(text: string): void
  /** What went wrong, to standard error. */
  complain(text: string): void
  /** True when a person sees what is complained at once, so that a line of it may be written anew. */
  readonly isWatched?: boolean
  /** Standard input to its end; `undefined` where a person would have to type it. */
  readInput(): Promise<string | undefined>
  /** Colours where the reader sees them: none in files, pipes and with `NO_COLOR`. */
  paint(style: Style, text: string): string
  /**
   * Resolves at the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once; within half a
   * second it is taken for the same key press, because npm passes on what the terminal sent already.
   */
  waitForStop(): Promise<void>
}

/** The terminal of this process. A reader that goes away, as `head` does, ends the process quietly. */
export const openTerminal = (): Terminal => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(0)
  })
  return {
    env: process.env,
    cwd: process.cwd(),
    write: text => void process.stdout.write(text),
    complain: text => void process.stderr.write(text),
    isWatched: process.stderr.isTTY === true,
    readInput: async () => {
      if (process.stdin.isTTY) return undefined
      process.stdin.setEncoding('utf8')
      let text = ''
      for await (const chunk of process.stdin) text += chunk
      return text
    },
    paint: (style, text) => styleText(style, text, { stream: process.stdout }),
    waitForStop,
  }
}

const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
const samePressMs = 500

const waitForStop = (): Promise<void> =>
  new Promise(resolve => {
    let firstAt: number | undefined
    for (const [signal, number] of Object.entries(signals)) {
      process.on(signal, () => {
        const now = performance.now()
        if (firstAt !== undefined && now - firstAt > samePressMs) process.exit(128 + number)
        firstAt ??= now
        resolve()
      })
    }
  })
