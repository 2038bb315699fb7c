import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AppFiles, DeployOptions } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../command.ts'
import { CliError } from '../errors.ts'
import { toLines, writeJson } from '../output.ts'
import { type FoundServer, findApp, findServer } from '../running-server.ts'
import type { Terminal } from '../terminal.ts'
import { countChanges, writeChanges } from './write-changes.ts'

const readFiles = async (path: string, { cwd }: Terminal) => {
  const { DirectoryError, collectDirectory } = await import('@regent/server')
  try {
    return await collectDirectory(resolve(cwd, path))
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    throw new CliError('directoryRefused', { detail: cause.message }, { cause })
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const toContent = (bytes: Uint8Array): string | Uint8Array => {
  try {
    return decoder.decode(bytes)
  } catch {
    return bytes
  }
}

const readSecrets = async (
  input: CommandInput,
  { cwd }: Terminal,
): Promise<Record<string, string> | undefined> => {
  const file = optionText(input, 'secrets')
  if (file === undefined) return undefined
  const { DirectoryError, describeProblem, readSecretsText } = await import('@regent/server')
  const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: Error) => {
    throw new CliError('fileUnreadable', { file, detail: cause.message }, { cause })
  })
  try {
    return readSecretsText(file, text)
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause
    const detail = cause.problems.map(problem => `  ${describeProblem(problem)}`).join('\n')
    throw new CliError('secretsWrong', { file, detail }, { cause })
  }
}

const readVariables = ({ env }: Terminal): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      name.startsWith('REGENT_SECRET_') && value ? [[name, value]] : [],
    ),
  )

export const run: Run = async (input, terminal) => {
  const [path = '.'] = input.args
  const { files, leftOut } = await readFiles(path, terminal)
  const secrets = await readSecrets(input, terminal)
  const sent: AppFiles = Object.fromEntries(
    [...files].map(([file, bytes]) => [file, toContent(bytes)]),
  )
  const server = await findServer(input, terminal)
  const app = optionText(input, 'app') === undefined ? undefined : await findApp(server, input)
  const options: DeployOptions = {
    source: path,
    ...(app && { app }),
    ...(secrets && { secrets }),
    secretVariables: readVariables(terminal),
  }
  const push = { server, sent, options, leftOut, isJson: input.options.json === true }
  return input.options.dryRun ? plan(push, terminal) : deploy(push, terminal)
}

type Push = {
  readonly server: FoundServer
  readonly sent: AppFiles
  readonly options: DeployOptions
  /** Files that are not sent. */
  readonly leftOut: readonly string[]
  readonly isJson: boolean
}

const plan = async (
  { server, sent, options, leftOut, isJson }: Push,
  terminal: Terminal,
): Promise<void> => {
  const planned = await server.ask(server.admin.apps.plan(sent, options))
  const { app, changes, warnings } = planned
  if (isJson) return writeJson(terminal, { ...planned, leftOut })
  writeChanges(terminal, changes, { isWhole: true })
  writeNotes(terminal, [...leftOut.map(file => `not kept: ${file}`), ...warnings])
  const about = app?.clientAppId ?? 'a new app'
  terminal.write(
    changes.length === 0
      ? `Nothing would change in ${about}.\n`
      : `Nothing was changed. It would be, in ${about}: ${countChanges(changes)}.\n`,
  )
}

const deploy = async (
  { server, sent, options, leftOut, isJson }: Push,
  terminal: Terminal,
): Promise<void> => {
  const { outcome, changes, warnings, number, ...done } = await server.ask(
    server.admin.apps.deploy(sent, options),
  )
  const { clientAppId } = done.app
  if (isJson) {
    return writeJson(terminal, { app: clientAppId, outcome, number, changes, warnings, leftOut })
  }
  if (outcome === 'deployed') writeChanges(terminal, changes, { isWhole: false })
  writeNotes(terminal, [...leftOut.map(file => `not kept: ${file}`), ...warnings])
  terminal.write(
    outcome === 'deployed'
      ? `${terminal.paint('green', '✓')} ${clientAppId} runs as deployment ${number}: ${countChanges(changes)}.\n`
      : `${clientAppId} runs like that already, as deployment ${number}.\n`,
  )
}

/** What the server does not serve, said once. */
const writeNotes = ({ write, paint }: Terminal, notes: readonly string[]): void => {
  for (const note of notes) write(`${paint('yellow', '!')} ${toLines(note)}\n`)
}
