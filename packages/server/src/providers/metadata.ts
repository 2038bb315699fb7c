import type { MetadataField } from '../domain/app.ts'
import { ProviderTrouble } from './oauth/trouble.ts'

/** Longest value of one field, in characters; of other values than texts, as JSON. */
const longestValue = 4_096
/** Objects and lists inside each other. */
const deepest = 32

/** Names on the way to a value: dots part them, a dot after a backslash belongs to a name. */
const toNames = (path: string): string[] =>
  path.split(/(?<!\\)\./).map(name => name.replaceAll('\\.', '.'))

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const findValue = (facts: unknown, path: string): unknown => {
  let found = facts
  for (const name of toNames(path)) {
    if (!isRecord(found) || !Object.hasOwn(found, name)) return undefined
    found = found[name]
  }
  return found ?? undefined
}

const isNothing = (value: unknown): boolean => value === undefined || value === ''

const lengthOf = (value: unknown): number =>
  typeof value === 'string' ? value.length : JSON.stringify(value).length

/** What would make a value one of BSON's own types, or change what an object is when an app's code copies it. */
const unusable = ['_bsontype', '__proto__']

/** The character in question ends names in BSON. */
const isFieldName = (name: string): boolean => !name.includes('\0') && !unusable.includes(name)

/** True for what a document can hold: nothing deep, no name that is none. */
const canBeKept = (value: unknown, depth = 0): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth < deepest &&
    Object.entries(value).every(
      ([name, inner]) => isFieldName(name) && canBeKept(inner, depth + 1),
    ))

const checkValue = (name: string, value: unknown): void => {
  if (!canBeKept(value)) throw new ProviderTrouble(`the field '${name}' cannot be kept`)
  if (value !== undefined && lengthOf(value) > longestValue)
    throw new ProviderTrouble(`the field '${name}' is longer than ${longestValue} characters`)
}

/**
 * What becomes of a provider's facts in the profile: the mapped fields that are there, and no other.
 *
 * @throws ProviderTrouble when a required field is missing, null or empty, or a field is too long or cannot be kept
 * @see https://www.mongodb.com/docs/atlas/app-services/authentication/custom-jwt/
 */
export const readMetadata = (
  facts: Readonly<Record<string, unknown>>,
  fields: readonly MetadataField[],
): Record<string, unknown> => {
  const found = fields.map(({ name, fieldName, required }) => {
    const value = findValue(facts, name)
    if (required && isNothing(value)) throw new ProviderTrouble(`the field '${name}' is missing`)
    checkValue(name, value)
    return [fieldName, value] as const
  })
  return Object.fromEntries(found.filter(([, value]) => value !== undefined))
}
