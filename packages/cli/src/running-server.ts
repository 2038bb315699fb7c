import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type AdminApp, AdminClient, type AdminCredentials, AdminError } from '@regent/sdk/admin'
import type { ServerFile } from '@regent/server'
import { type CommandInput, optionText } from './command.ts'
import { CliError, type CliErrorCode } from './errors.ts'
import type { Terminal } from './terminal.ts'

/** The server that a command speaks to. */
export type FoundServer = {
  readonly url: string
  readonly admin: AdminClient
  /** Turns failures of the Admin API into what a person can act on. */
  ask<T>(answer: Promise<T>): Promise<T>
}

/** What it means that this server is silent, or does not know who asks. */
type Troubles = { readonly silent: CliError; readonly refused: CliError }

/**
 * Finds the server at `--url`, or else the one of this machine through `<data>/server.json`.
 *
 * @throws CliError `noServer`, `keyMissing`, `adminKeyMissing`
 */
export const findServer = async (input: CommandInput, terminal: Terminal): Promise<FoundServer> => {
  const url = optionText(input, 'url')
  return url === undefined ? findHere(input, terminal) : findThere(url, terminal)
}

/** The data folder that is meant. */
const dataFolder = (input: CommandInput, { cwd, env }: Terminal): string =>
  resolve(cwd, optionText(input, 'data') ?? (env.REGENT_DATA || './.regent'))

const findHere = async (input: CommandInput, terminal: Terminal): Promise<FoundServer> => {
  const data = dataFolder(input, terminal)
  const { url } = await readServerFile(data)
  const operatorKey = await readFile(join(data, 'operator.key'), 'utf8').catch((cause: Error) => {
    throw new CliError('keyMissing', { data, detail: cause.message }, { cause })
  })
  return toServer(url, { operatorKey: operatorKey.trim() }, cause => ({
    silent: new CliError('serverSilent', { data, url }, { cause }),
    refused: new CliError('keyRefused', { data, url }, { cause }),
  }))
}

const findThere = (url: string, { env }: Terminal): FoundServer => {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CliError('urlWrong', { url })
  }
  const key = env.REGENT_ADMIN_KEY?.trim()
  if (!key) throw new CliError('adminKeyMissing', { url })
  return toServer(url, readKey(key), cause => ({
    silent: new CliError('urlSilent', { url }, { cause }),
    refused: new CliError('adminKeyRefused', { url }, { cause }),
  }))
}

/** A key pair, or the one word of an `operator.key`. */
const readKey = (text: string): AdminCredentials => {
  const [publicKey = '', privateKey, ...rest] = text.split(':')
  if (privateKey === undefined || rest.length > 0) return { operatorKey: text }
  return { publicKey, privateKey }
}

const toServer = (
  url: string,
  credentials: AdminCredentials,
  troubles: (cause: AdminError) => Troubles,
): FoundServer => ({
  url,
  admin: new AdminClient({ baseUrl: url, ...credentials }),
  ask: answer =>
    answer.catch((cause: unknown) => {
      if (!(cause instanceof AdminError)) throw cause
      if (cause.status === undefined) throw troubles(cause).silent
      if (cause.status === 401) throw troubles(cause).refused
      const code = refusals[cause.code ?? ''] ?? 'refused'
      throw new CliError(code, { detail: cause.message }, { cause })
    }),
})

/** Refusals that say more of what to do, by `error_code`. */
const refusals: Readonly<Record<string, CliErrorCode>> = {
  AuthProviderNotFound: 'providerOff',
  FunctionNotFound: 'functionUnknown',
}

const readServerFile = async (data: string): Promise<ServerFile> => {
  try {
    return JSON.parse(await readFile(join(data, 'server.json'), 'utf8')) as ServerFile
  } catch (cause) {
    throw new CliError('noServer', { data }, { cause })
  }
}

/**
 * The app that is meant: the one of `--app`, or the only one.
 *
 * @throws CliError `noApp`, `appUnknown`, `appUnclear`
 */
export const findApp = async (
  { admin, ask }: FoundServer,
  input: CommandInput,
): Promise<AdminApp> => {
  const apps = await ask(admin.apps.list())
  const ids = apps.map(app => app.clientAppId).join(', ')
  const wanted = optionText(input, 'app')
  const app = wanted === undefined ? apps[0] : apps.find(each => each.clientAppId === wanted)
  if (apps.length === 0) throw new CliError('noApp')
  if (!app) throw new CliError('appUnknown', { app: wanted ?? '', apps: ids })
  if (wanted === undefined && apps.length > 1) throw new CliError('appUnclear', { apps: ids })
  return app
}
