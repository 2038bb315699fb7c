import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { AdminOperator, AdminOperators, OperatorKeyPair } from '@regent/sdk/admin'
import { type CommandInput, optionText } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { findServer } from '../../running-server.ts'
import { openOperators, readSettings } from '../../start.ts'
import type { Terminal } from '../../terminal.ts'

export type Operators = Omit<AdminOperators, 'profile' | 'listProviders'>

/** The operators of a server, and how to speak of what goes wrong with them. */
export type OpenOperators = {
  readonly operators: Operators
  ask<T>(answer: Promise<T>): Promise<T>
}

type Work = (opened: OpenOperators) => Promise<void>

/** True when nothing runs on the folder, as far as `server.json` tells. */
const isNoServer = (error: unknown): boolean =>
  error instanceof CliError && error.code === 'noServer'

const isSilent = (error: unknown): boolean =>
  error instanceof CliError && error.code === 'serverSilent'

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'AppError'

/** Opens the store itself; whoever owns the folder already is told of. */
const withoutServer = async (
  input: CommandInput,
  terminal: Terminal,
  work: Work,
): Promise<void> => {
  const operators = await openOperators(await readSettings(input, terminal))
  const ask: OpenOperators['ask'] = answer =>
    answer.catch((cause: unknown) => {
      if (!isRefusal(cause)) throw cause
      throw new CliError('refused', { detail: cause.message }, { cause })
    })
  try {
    await work({ operators, ask })
  } finally {
    await operators.close()
  }
}

/** Works with the operators of the server that runs on the data folder or, where none runs, of its store. */
export const withOperators = async (
  input: CommandInput,
  terminal: Terminal,
  work: Work,
): Promise<void> => {
  const server = await findServer(input, terminal).catch((error: unknown) => {
    if (!isNoServer(error)) throw error
    return undefined
  })
  if (!server) return withoutServer(input, terminal, work)
  try {
    await server.ask(server.admin.operators.profile())
  } catch (error) {
    // What was killed leaves its `server.json` behind.
    if (isSilent(error)) return withoutServer(input, terminal, work)
    throw error
  }
  await work({ operators: server.admin.operators, ask: server.ask })
}

/** @throws CliError `roleWrong` */
export const readRole = (input: CommandInput): 'full' | 'read-only' => {
  const role = optionText(input, 'role') ?? 'full'
  if (role === 'full' || role === 'read-only') return role
  throw new CliError('roleWrong', { role })
}

/**
 * Not from the arguments, which other users of the machine can see. `undefined` where nobody gives one.
 *
 * @throws CliError `fileUnreadable`
 */
export const readPassword = async (
  input: CommandInput,
  terminal: Terminal,
): Promise<string | undefined> => {
  const file = optionText(input, 'file')
  const given =
    file === undefined
      ? await terminal.readInput()
      : await readFile(resolve(terminal.cwd, file), 'utf8').catch((cause: Error) => {
          throw new CliError('fileUnreadable', { file, detail: cause.message }, { cause })
        })
  return given?.replace(/\r?\n$/, '') || undefined
}

/**
 * The operator of this e-mail address or id.
 *
 * @throws CliError `operatorUnknown`
 */
export const findOperator = async (
  { operators, ask }: OpenOperators,
  wanted: string,
): Promise<AdminOperator> => {
  const listed = await ask(operators.list())
  const found = listed.find(
    ({ id, email }) => id === wanted || email.toLowerCase() === wanted.toLowerCase(),
  )
  if (!found) throw new CliError('operatorUnknown', { operator: wanted })
  return found
}

/**
 * The key pair of this public key, name or id.
 *
 * @throws CliError `operatorKeyUnknown`
 */
export const findKeyPair = async (
  { operators, ask }: OpenOperators,
  wanted: string,
): Promise<OperatorKeyPair> => {
  const listed = await ask(operators.listKeys())
  const found = listed.find(
    ({ id, name, publicKey }) => id === wanted || publicKey === wanted || name === wanted,
  )
  if (!found) throw new CliError('operatorKeyUnknown', { key: wanted })
  return found
}
