import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BackupFacts, Config } from '@regent/server'
import type { CommandInput, Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { toTime } from '../output.ts'
import { explainStart, readSettings } from '../start.ts'
import type { Terminal } from '../terminal.ts'

const openFile = async (name: string, path: string): Promise<AsyncIterable<Uint8Array>> => {
  await access(path).catch((cause: Error) => {
    throw new CliError('fileUnreadable', { file: name, detail: cause.message }, { cause })
  })
  return createReadStream(path, { highWaterMark: 2 ** 20 })
}

const describe = ({ engine, createdAt, storeVersion }: BackupFacts): string => {
  const kind = engine === 'embedded' ? 'a data folder' : 'a MongoDB'
  return `of ${kind}, made ${toTime(new Date(createdAt))}, store version ${storeVersion}`
}

const explain = async (cause: unknown, file: string, config: Config): Promise<unknown> => {
  if (!(cause instanceof Error)) return cause
  const { ArchiveError, PlaceTakenError } = await import('@regent/server')
  if (cause instanceof ArchiveError) {
    return new CliError('backupWrong', { file, detail: cause.message }, { cause })
  }
  if (cause instanceof PlaceTakenError) {
    return new CliError('placeTaken', { detail: cause.message }, { cause })
  }
  return explainStart(cause, config)
}

const check = async (chunks: AsyncIterable<Uint8Array>): Promise<BackupFacts> => {
  const { unpack } = await import('@regent/server')
  return unpack(chunks, async () => async (_name, content) => {
    for await (const _ of content);
  })
}

const putBack = async (
  input: CommandInput,
  config: Config,
  chunks: AsyncIterable<Uint8Array>,
): Promise<BackupFacts> => {
  const { restore } = await import('@regent/server')
  const place = { folder: resolve(config.data), store: config.store }
  return restore(place, chunks, { replaces: input.options.replace === true, now: Date.now() })
}

const tell = ({ write, paint }: Terminal, text: string): void =>
  write(`${paint('green', '✓')} ${text}\n`)

export const run: Run = async (input, terminal) => {
  const [file = ''] = input.args
  const chunks = await openFile(file, resolve(terminal.cwd, file))
  const config = await readSettings(input, terminal)
  try {
    if (input.options.check) {
      tell(terminal, `${file} is whole: ${describe(await check(chunks))}`)
      return
    }
    const facts = await putBack(input, config, chunks)
    tell(terminal, `${file} is restored: ${describe(facts)}`)
  } catch (cause) {
    throw await explain(cause, file, config)
  }
}
