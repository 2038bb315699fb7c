import type { Document } from 'bson'
import { compileSchema } from '../../documents/embedded/query/schema/json-schema.ts'
import { getField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'

const meets = (schema: Document, value: unknown): boolean =>
  compileSchema({ properties: { value: schema } })({ value })

const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const named = (path: string): string => (path === '' ? 'the document' : `'${path}'`)

const missing = ({ required }: Document, value: Document, path: string): string | undefined => {
  const name = Array.isArray(required)
    ? required.find(one => getField(value, one) === undefined)
    : undefined
  return name === undefined ? undefined : `'${at(path, name)}' is required`
}

const inProperties = (
  { properties }: Document,
  value: Document,
  path: string,
): string | undefined => {
  if (!isObject(properties)) return undefined
  for (const [name, schema] of Object.entries(properties)) {
    const inner = getField(value, name)
    if (inner !== undefined && isObject(schema) && !meets(schema, inner)) {
      return failureOf(schema, inner, at(path, name))
    }
  }
  return undefined
}

const unnamed = ({ properties, additionalProperties }: Document, value: Document, path: string) => {
  if (additionalProperties !== false) return undefined
  const name = Object.keys(value).find(one => !Object.hasOwn(properties ?? {}, one))
  return name === undefined ? undefined : `'${at(path, name)}' is not in the schema`
}

const inItems = (
  { items }: Document,
  value: readonly unknown[],
  path: string,
): string | undefined => {
  if (!isObject(items)) return undefined
  const index = value.findIndex(item => !meets(items, item))
  return index === -1 ? undefined : failureOf(items, value[index], at(path, String(index)))
}

const beside: Readonly<Record<string, readonly string[]>> = {
  minimum: ['exclusiveMinimum'],
  maximum: ['exclusiveMaximum'],
  additionalProperties: ['properties', 'patternProperties'],
  additionalItems: ['items'],
}

const keywordFailure = (schema: Document, value: unknown, path: string): string => {
  for (const keyword of Object.keys(schema)) {
    const alone = Object.fromEntries(
      [keyword, ...(beside[keyword] ?? [])]
        .filter(name => Object.hasOwn(schema, name))
        .map(name => [name, schema[name]]),
    )
    if (/^exclusive/.test(keyword) || meets(alone, value)) continue
    const argument: unknown = schema[keyword]
    const isShort = ['string', 'number'].includes(typeof argument)
    return isShort || keyword === 'bsonType' || keyword === 'enum'
      ? `${named(path)} does not meet '${keyword}: ${[argument].flat().join(', ')}'`
      : `${named(path)} does not meet '${keyword}'`
  }
  return `${named(path)} does not meet the schema`
}

/** The first thing about a value that a schema does not allow, naming the field. */
export const failureOf = (schema: Document, value: unknown, path = ''): string => {
  const found = isObject(value)
    ? (missing(schema, value, path) ??
      inProperties(schema, value, path) ??
      unnamed(schema, value, path))
    : Array.isArray(value)
      ? inItems(schema, value, path)
      : undefined
  return found ?? keywordFailure(schema, value, path)
}
