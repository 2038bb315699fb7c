import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type AdminApp, AdminClient, AdminError } from '@regent/sdk/admin'
import type { ServerFile } from '@regent/server'
import { type CommandInput, optionText } from './command.ts'
import { CliError, type CliErrorCode } from './errors.ts'
import type { Terminal } from './terminal.ts'

/** The server that runs on a data folder of this machine. */
export type FoundServer = {
  readonly url: string
  readonly clientAppIds: readonly string[]
  readonly admin: AdminClient
  /** Turns failures of the Admin API into what a person can act on. */
  ask<T>(answer: Promise<T>): Promise<T>
}

/**
 * Finds the server through `<data>/server.json`.
 *
 * @throws CliError `noServer`, `keyMissing`
 */
export const findServer = async (input: CommandInput, terminal: Terminal): Promise<FoundServer> => {
  const data = resolve(
    terminal.cwd,
    optionText(input, 'data') ?? (terminal.env.REGENT_DATA || './.regent'),
  )
  const { url, clientAppIds } = await readServerFile(data)
  const operatorKey = await readFile(join(data, 'operator.key'), 'utf8').catch((cause: Error) => {
    throw new CliError('keyMissing', { data, detail: cause.message }, { cause })
  })
  return {
    url,
    clientAppIds,
    admin: new AdminClient({ baseUrl: url, operatorKey: operatorKey.trim() }),
    ask: answer =>
      answer.catch((cause: unknown) => {
        if (!(cause instanceof AdminError)) throw cause
        if (cause.status === undefined) throw new CliError('serverSilent', { data, url }, { cause })
        if (cause.status === 401) throw new CliError('keyRefused', { data, url }, { cause })
        const code = refusals[cause.code ?? ''] ?? 'refused'
        throw new CliError(code, { detail: cause.message }, { cause })
      }),
  }
}

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
