import { resolve } from 'node:path'
import type { AppDirectory, Config, RunningServer, ServerOptions } from '@regent/server'
import { type CommandInput, optionText } from './command.ts'
import { CliError } from './errors.ts'
import type { Terminal } from './terminal.ts'

/**
 * Settings of the environment, with those given as options on top.
 *
 * @throws CliError `settingsWrong` naming every wrong variable
 */
export const readSettings = async (
  input: CommandInput,
  { env }: Terminal,
  options: { readonly dev?: boolean } = {},
): Promise<Config> => {
  const { readConfig } = await import('@regent/server')
  const given = {
    REGENT_PORT: optionText(input, 'port'),
    REGENT_HOST: optionText(input, 'host'),
    REGENT_DATA: optionText(input, 'data'),
  }
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined)
  try {
    return readConfig({ ...env, ...Object.fromEntries(chosen) }, options)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new CliError('settingsWrong', { detail: cause.message.replace(/^/gm, '  ') }, { cause })
  }
}

/**
 * Reads app directories.
 *
 * @throws CliError `directoryRefused` naming all problems of all of them; `sameApp`
 */
export const readDirectories = async (
  paths: readonly string[],
  { cwd }: Terminal,
): Promise<AppDirectory[]> => {
  const { DirectoryError, readAppDirectory } = await import('@regent/server')
  const found = await Promise.allSettled(paths.map(path => readAppDirectory(resolve(cwd, path))))
  const refused = found.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
  const other = refused.find(reason => !(reason instanceof DirectoryError))
  if (other) throw other
  if (refused.length > 0) {
    throw new CliError('directoryRefused', {
      detail: refused.map(({ message }) => message).join('\n'),
    })
  }
  const directories = found.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []))
  refuseSameApp(directories)
  return directories
}

const refuseSameApp = (directories: readonly AppDirectory[]): void => {
  const paths = new Map<string, string>()
  for (const { clientAppId, name, path } of directories) {
    const app = clientAppId ?? name
    const first = paths.get(app)
    if (first !== undefined) throw new CliError('sameApp', { app, first, second: path })
    paths.set(app, path)
  }
}

/** Starts the server; what keeps it from starting is a CliError that says what to do. */
export const start = async (options: ServerOptions): Promise<RunningServer> => {
  const { startServer } = await import('@regent/server')
  try {
    return await startServer(options)
  } catch (cause) {
    throw await explain(cause, options.config)
  }
}

const listenErrors = {
  EADDRINUSE: 'portInUse',
  EADDRNOTAVAIL: 'hostUnknown',
  ENOTFOUND: 'hostUnknown',
} as const

const folderErrors = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ERR_SQLITE_ERROR']

const explain = async (cause: unknown, config: Config): Promise<unknown> => {
  const { DirectoryError, FolderTakenError, readServerFile } = await import('@regent/server')
  if (!(cause instanceof Error)) return cause
  const data = resolve(config.data)
  const code = 'code' in cause ? String(cause.code) : ''
  const where = { host: config.host, port: String(config.port) }

  if (cause instanceof FolderTakenError) {
    const other = await readServerFile(data)
    const about = other ? ` (process ${other.pid}, ${other.url})` : ''
    return new CliError('folderTaken', { data, where: about }, { cause })
  }
  if (cause instanceof DirectoryError) {
    return new CliError('directoryRefused', { detail: cause.message }, { cause })
  }
  if (code in listenErrors) {
    return new CliError(listenErrors[code as keyof typeof listenErrors], where, { cause })
  }
  if (code === 'EACCES' && 'syscall' in cause && cause.syscall === 'listen') {
    return new CliError('portForbidden', where, { cause })
  }
  if (code === 'ENOSPC' || /disk is full|no space/i.test(cause.message)) {
    return new CliError('diskFull', { data }, { cause })
  }
  if (folderErrors.includes(code)) {
    return new CliError('folderUnusable', { data, detail: cause.message }, { cause })
  }
  if (cause instanceof TypeError && cause.message.startsWith('REGENT_')) {
    return new CliError('settingsWrong', { detail: `  ${cause.message}` }, { cause })
  }
  return cause
}
