import { CliError } from '../errors.ts'
import { toLine } from '../output.ts'
import type { Terminal } from '../terminal.ts'
import type { Stage } from './stage.ts'

/** One thing that happens. Resolves to what is told about it, in one line. */
export type Step = {
  readonly title: string
  readonly play: (stage: Stage) => Promise<string>
}

const titleWidth = 16

/**
 * Plays a step and tells it in one line.
 *
 * @throws CliError `demoStopped` when it failed
 */
export const playStep = async (
  { title, play }: Step,
  stage: Stage,
  { write, paint }: Terminal,
): Promise<void> => {
  try {
    const told = await play(stage)
    write(`  ${paint('green', '✓')} ${paint('bold', title.padEnd(titleWidth))}${toLine(told)}\n`)
  } catch (error) {
    write(`  ${paint('red', '✗')} ${paint('bold', title)}\n`)
    throw error instanceof CliError ? error : explain(error)
  }
}

const fixes: Readonly<Record<string, string>> = {
  AuthProviderNotFound:
    'The demo needs `local-userpass`, enabled in auth/providers.json. `regent dev examples/quickstart` has it.',
}

const explain = (cause: unknown): CliError => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'errorCode' in cause ? String(cause.errorCode) : ''
  const fix = fixes[code] ?? 'The log of the server says more.'
  return new CliError('demoStopped', { detail: message, fix }, { cause })
}
