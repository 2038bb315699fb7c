import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type {
  AppDirectory,
  Config,
  GivenSecrets,
  OfflineOperators,
  Primary,
  RunningServer,
  ServerOptions,
} from '@regent/server'
import { type CommandInput, optionText } from './command.ts'
import { readDataSources } from './data-source-links.ts'
import { CliError, type CliErrorCode } from './errors.ts'
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
  const { linkVariable, readConfig } = await import('@regent/server')
  const given = {
    REGENT_PORT: optionText(input, 'port'),
    REGENT_HOST: optionText(input, 'host'),
    REGENT_DATA: optionText(input, 'data'),
    REGENT_STORE: optionText(input, 'store'),
    REGENT_WORKERS: optionText(input, 'workers'),
  }
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined)
  const links = readDataSources(input, linkVariable)
  try {
    return readConfig({ ...env, ...Object.fromEntries(chosen), ...links }, options)
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    throw new CliError('settingsWrong', { detail: cause.message.replace(/^/gm, '  ') }, { cause })
  }
}

/**
 * Secrets of `--secrets` and of the environment.
 *
 * @throws CliError `fileUnreadable`, `secretsWrong` naming every mistake
 */
export const readGivenSecrets = async (
  input: CommandInput,
  { cwd, env: variables }: Terminal,
): Promise<GivenSecrets> => {
  const { DirectoryError, describeProblem, giveSecrets, readSecretsText } = await import(
    '@regent/server'
  )
  const file = optionText(input, 'secrets')
  if (file === undefined) return giveSecrets({ variables })
  const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: Error) => {
    throw new CliError('fileUnreadable', { file, detail: cause.message }, { cause })
  })
  try {
    return giveSecrets({ variables, values: readSecretsText(file, text) })
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    const detail = cause.problems.map(problem => `  ${describeProblem(problem)}`).join('\n')
    throw new CliError('secretsWrong', { file, detail }, { cause })
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
    throw await explainStart(cause, options.config)
  }
}

/** Starts the owner of the data folder and its workers; what keeps it from starting is a CliError. */
export const startWorkers = async (config: Config): Promise<Primary> => {
  const { startPrimary } = await import('@regent/server')
  try {
    return await startPrimary(config)
  } catch (cause) {
    throw await explainStart(cause, config)
  }
}

/** Opens the operators of a store whose server does not run; what keeps it from that is a CliError. */
export const openOperators = async (config: Config): Promise<OfflineOperators> => {
  const { openOfflineOperators } = await import('@regent/server')
  try {
    return await openOfflineOperators(config)
  } catch (cause) {
    throw await explainStart(cause, config)
  }
}

const listenErrors: Readonly<Record<string, CliErrorCode>> = {
  EADDRINUSE: 'portInUse',
  EADDRNOTAVAIL: 'hostUnknown',
  ENOTFOUND: 'hostUnknown',
  EACCES: 'portForbidden',
}

const folderErrors: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'the system does not allow it',
  EROFS: 'it is on a file system that is read-only',
  ENOENT: 'it cannot be made there',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a file is in the way',
}

/** What keeps a server, or its store, from being opened, as a CliError; anything else as it is. */
export const explainStart = async (cause: unknown, config: Config): Promise<unknown> => {
  if (!(cause instanceof Error)) return cause
  const { DirectoryError, FolderTakenError, isUnavailable, shownAddress, StoreRefusedError } =
    await import('@regent/server')
  const data = resolve(config.data)
  const refuse = (code: CliErrorCode, values: Readonly<Record<string, string>>): CliError =>
    new CliError(code, { data, ...values }, { cause })

  if (cause instanceof FolderTakenError) return refuse('folderTaken', await describeOwner(data))
  if (cause instanceof StoreRefusedError) return refuse('storeRefused', { detail: cause.message })
  if (cause instanceof DirectoryError) return refuse('directoryRefused', { detail: cause.message })
  if (cause instanceof TypeError && cause.message.startsWith('REGENT_')) {
    return refuse('settingsWrong', { detail: `  ${cause.message}` })
  }
  if (cause.message.includes('master key')) {
    return refuse(config.store === undefined ? 'masterKeyWrong' : 'masterKeyOther', {
      store: shownAddress(config.store ?? ''),
    })
  }
  if (config.store !== undefined && isUnavailable(cause)) {
    return refuse('storeAway', { store: shownAddress(config.store), detail: cause.message })
  }
  return explainSystem(cause, config, refuse) ?? cause
}

const describeOwner = async (data: string): Promise<Record<string, string>> => {
  const { readServerFile } = await import('@regent/server')
  const owner = await readServerFile(data)
  return { where: owner ? ` (process ${owner.pid}, ${owner.url})` : '' }
}

/** What the operating system or the store said. */
const explainSystem = (
  cause: Error,
  { host, port }: Config,
  refuse: (code: CliErrorCode, values: Readonly<Record<string, string>>) => CliError,
): CliError | undefined => {
  const code = 'code' in cause ? String(cause.code) : ''
  const isListening =
    'syscall' in cause && ['listen', 'bind', 'getaddrinfo'].includes(String(cause.syscall))
  const listenError = listenErrors[code]
  if (isListening && listenError) return refuse(listenError, { host, port: String(port) })
  if (code === 'ENOSPC' || /disk is full|no space/i.test(cause.message))
    return refuse('diskFull', {})
  const folderError = folderErrors[code]
  if (folderError) return refuse('folderUnusable', { detail: folderError })
  const isStore = 'codeName' in cause && cause.codeName === 'Unavailable'
  if (isStore || code === 'ERR_SQLITE_ERROR')
    return refuse('storeUnusable', { detail: cause.message })
  return undefined
}
