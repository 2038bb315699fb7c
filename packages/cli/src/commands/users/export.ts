import { createWriteStream } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { openProgress } from '../../moving/progress.ts'
import { toCount } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'

const lineEnd = 10

/** Counts lines on their way. */
const openCounter = (tell: (lines: number) => void): Transform => {
  let lines = 0
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      for (let at = chunk.indexOf(lineEnd); at >= 0; at = chunk.indexOf(lineEnd, at + 1)) lines += 1
      tell(lines)
      done(null, chunk)
    },
  })
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

export const run: Run = async (input, terminal) => {
  const [shown = ''] = input.args
  const path = resolve(terminal.cwd, shown)
  if (await isThere(path)) throw new CliError('fileThere', { file: shown })
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const total = await server.ask(server.admin.users.count(app))
  const body = await server.ask(server.admin.moving.exportUsers(app))
  const progress = openProgress(terminal)
  let lines = 0
  const counter = openCounter(count => {
    lines = count
    progress.show(total === 0 ? 1 : lines / total, toCount(lines, 'line'))
  })
  const part = `${path}.part`
  const file = createWriteStream(part, { mode: 0o600 })
  try {
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), counter, file)
  } catch (cause) {
    await rm(part, { force: true })
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new CliError('exportCut', { file: shown, detail }, { cause })
  } finally {
    progress.end()
  }
  await rename(part, path)
  const { write, paint } = terminal
  write(`${paint('green', '✓')} ${toCount(lines, 'line')} in ${shown}.\n`)
  write('  Password hashes are in it: keep it as you keep the store.\n')
}
