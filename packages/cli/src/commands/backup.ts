import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '@regent/server'
import type { CommandInput, Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { findServer } from '../running-server.ts'
import { explainStart, readSettings } from '../start.ts'
import type { Terminal } from '../terminal.ts'

type Chunks = AsyncIterable<Uint8Array>

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof CliError && codes.includes(error.code)

/** From the store itself: no server runs there. What was killed leaves its `server.json` behind. */
const readStore = async (config: Config): Promise<Chunks> => {
  const { backUp } = await import('@regent/server')
  return backUp({ folder: resolve(config.data), store: config.store }, Date.now())
}

/** From the server that runs on the data folder or elsewhere, or from its store. */
const openBackup = async (input: CommandInput, terminal: Terminal): Promise<Chunks> => {
  try {
    const { admin, ask } = await findServer(input, terminal)
    return (await ask(admin.maintenance.backUp())) as unknown as Chunks
  } catch (error) {
    if (!isCode(error, 'noServer', 'serverSilent')) throw error
  }
  const config = await readSettings(input, terminal)
  if (config.store === undefined && !existsSync(resolve(config.data, 'system.db'))) {
    throw new CliError('nothingThere', { data: resolve(config.data) })
  }
  try {
    return await readStore(config)
  } catch (cause) {
    throw await explainStart(cause, config)
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

export const run: Run = async (input, terminal) => {
  const [name = ''] = input.args
  const path = resolve(terminal.cwd, name)
  if (existsSync(path)) throw new CliError('fileThere', { file: name })
  const chunks = await openBackup(input, terminal)
  const { writeBackup } = await import('@regent/server')
  const { write, complain, paint, isWatched } = terminal
  let shown = 0
  const onProgress = (bytes: number): void => {
    if (!isWatched || bytes - shown < 1e6) return
    shown = bytes
    complain(`\r${megabytes(bytes)}`)
  }
  const written = await writeBackup(path, chunks, onProgress).catch((cause: Error) => {
    throw new CliError('backupFailed', { file: name, detail: cause.message }, { cause })
  })
  if (shown > 0) complain('\r')
  write(`${paint('green', '✓')} ${name}: ${megabytes(written.bytes)}\n`)
  write(paint('dim', `  SHA-256 ${written.sha256}\n`))
  write(
    '  Whoever has it has every password hash, and the master key if that is a file: keep it safe.\n',
  )
}
