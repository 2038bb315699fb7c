import type { AdminUser } from '@regent/sdk/admin'
import { type CommandInput, optionText, type Run } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { writeJson } from '../../output.ts'
import { findApp, findServer } from '../../running-server.ts'
import { describeUser, findUserOf } from '../users/user.ts'
import { writeExplanation } from './write-explanation.ts'

type Json = Readonly<Record<string, unknown>>

/** `mongodb-atlas.shop.orders`: a collection may have dots in its name, the others have none. */
const readPlace = (text: string) => {
  const [source = '', database = '', ...rest] = text.split('.')
  const collection = rest.join('.')
  if (source !== '' && database !== '' && collection !== '') return { source, database, collection }
  const detail = `'${text}' is no <source.database.collection>.`
  throw new CliError('wrongUse', { detail, command: 'rules explain ' })
}

const argumentNames = new Set([
  ...['query', 'filter', 'document', 'documents', 'update', 'arrayFilters', 'pipeline'],
  ...['project', 'projection', 'sort', 'limit', 'skip', 'upsert', 'returnNewDocument', 'ids'],
])

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** Arguments as clients name them; anything else is the query, or the document to be inserted. */
const readArguments = (text: string, operation: string): Json => {
  const value = parse(text)
  if (typeof value !== 'object' || value === null) {
    const detail = `'${text}' is no JSON object.`
    throw new CliError('wrongUse', { detail, command: 'rules explain ' })
  }
  const isList = Array.isArray(value)
  if (operation === 'insertMany' && isList) return { documents: value }
  if (operation === 'aggregate' && isList) return { pipeline: value }
  const names = Object.keys(value)
  if (names.length > 0 && names.every(name => argumentNames.has(name))) return value as Json
  return operation.startsWith('insert') ? { document: value } : { query: value }
}

const needUser = (input: CommandInput): string => {
  const wanted = optionText(input, 'user')
  if (wanted !== undefined) return wanted
  const detail = 'Say as which user, with --user.'
  throw new CliError('wrongUse', { detail, command: 'rules explain ' })
}

const nameOf = (user: AdminUser): string => `${describeUser(user)} (${user.id})`.trim()

export const run: Run = async (input, terminal) => {
  const [place = '', text = '{}'] = input.args
  const wanted = needUser(input)
  const operation = optionText(input, 'op') ?? 'find'
  const where = readPlace(place)
  const args = readArguments(text, operation)
  const server = await findServer(input, terminal)
  const app = await findApp(server, input)
  const user = await findUserOf(server, app, wanted)
  const options = { ...where, userId: user.id, operation, args }

  const explanation = await server.ask(server.admin.rules.explain(app, options))

  if (input.options.json) return writeJson(terminal, explanation)
  writeExplanation(terminal, `${operation} on ${place} as ${nameOf(user)}`, explanation)
}
