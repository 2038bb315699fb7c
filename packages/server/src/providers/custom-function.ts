import { fromEjson } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { AppError } from '../errors.ts'
import { FunctionError } from '../functions/call.ts'
import type { Attempt, ProvenIdentity, Provider } from './provider.ts'

/** Longest id that a function may return, in UTF-16 units: it becomes part of a key. */
const longestId = 256

type Returned = { readonly id: string; readonly name: string | undefined }

const readId = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= longestId && value.isWellFormed()
    ? value
    : undefined

const readReturned = (result: unknown): Returned | undefined => {
  const isObject = typeof result === 'object' && result !== null
  const { id: given, name } = (isObject ? result : { id: result }) as Record<string, unknown>
  const id = readId(given)
  return id === undefined ? undefined : { id, name: typeof name === 'string' ? name : undefined }
}

/** What was returned in place of an id, in words for the app's developer: never whole, it may be a secret. */
const describeReturned = (result: unknown): string => {
  if (typeof result === 'string') return result === '' ? 'an empty string' : 'a string too long'
  if (result === null || typeof result !== 'object') return String(result).slice(0, 64)
  if (Array.isArray(result)) return 'a list'
  const id = (result as { readonly id?: unknown }).id
  if (id === undefined) return `an object without id: ${Object.keys(result).slice(0, 8).join(', ')}`
  return `an object whose id is ${typeof id === 'object' ? 'an object' : describeReturned(id)}`
}

const toRefusal = ({ log }: Deps, error: unknown, about: Readonly<Record<string, string>>) => {
  if (!(error instanceof FunctionError)) return error
  const options = { cause: error }
  if (error.problem === 'threw') {
    return new AppError('customFunctionRefused', { message: error.message }, options)
  }
  if (error.problem === 'overloaded') return new AppError('overloaded', {}, options)
  log.error('an auth function gave no answer', { ...about, problem: error.problem, err: error })
  return new AppError('tokenRefused', {}, { ...options, reason: error.message })
}

const identify = async (
  deps: Deps,
  app: App,
  { payload, entry, request }: Attempt,
): Promise<ProvenIdentity> => {
  const name = String(entry.config.authFunctionName ?? '')
  const about = { app: app.clientAppId, function: name }
  let result: unknown
  try {
    const args = [fromEjson(payload)]
    result = await deps.functions.run(app, { name, args, caller: undefined, request })
  } catch (error) {
    throw toRefusal(deps, error, about)
  }
  const found = readReturned(result)
  if (!found) {
    const returned = describeReturned(result)
    deps.log.error('an auth function returned no id: it must be a string or { id, name }', {
      ...about,
      returned,
    })
    const reason = `${name} returned no id, which is a string or { id, name }: ${returned}`
    throw new AppError('tokenRefused', {}, { reason })
  }
  return { id: found.id, data: found.name === undefined ? {} : { name: found.name } }
}

/**
 * Whoever the app's own function says. It gets the payload as the client sent it and returns the id by which the app
 * knows the user; what it throws is told to the client. What can be guessed here only the function knows, so failures
 * are counted by payload and by address.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/authentication/custom-function/
 */
export const customFunction: Provider = {
  type: 'custom-function',
  canBeLinked: true,
  onePerUser: false,
  refusal: 'tokenRefused',
  wrongGuess: 'customFunctionRefused',
  accountOf: payload => JSON.stringify(payload),
  identify,
}
