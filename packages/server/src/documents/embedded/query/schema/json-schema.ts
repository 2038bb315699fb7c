import type { Document } from 'bson'
import { equalValues } from '../../values/compare.ts'
import type { Predicate } from '../../values/path.ts'
import { isObject, typeCode } from '../../values/types.ts'
import { badValue } from '../refusal.ts'
import { readTypes } from '../types.ts'
import { arrayKeywords } from './arrays.ts'
import { type Check, type Keyword, requireSchema } from './keyword.ts'
import { objectKeywords } from './objects.ts'
import { scalarKeywords } from './scalars.ts'

const jsonTypes = new Set(['object', 'array', 'number', 'boolean', 'string', 'null'])

const requireTypeNames = (keyword: string, value: unknown): readonly string[] => {
  const names = Array.isArray(value) ? value : [value]
  if (names.length === 0 || names.some(name => typeof name !== 'string'))
    throw badValue(`$jsonSchema keyword '${keyword}' must be a string or an array of strings`)
  return names
}

const bsonType: Keyword = value => {
  const codes = readTypes(requireTypeNames('bsonType', value))
  return item => codes.has(typeCode(item))
}

const type: Keyword = value => {
  const names = requireTypeNames('type', value)
  for (const name of names) {
    if (name === 'integer') throw badValue("$jsonSchema type 'integer' is not currently supported.")
    if (!jsonTypes.has(name)) throw badValue(`Unknown type name alias: ${name}`)
  }
  const codes = readTypes(names.map(name => (name === 'boolean' ? 'bool' : name)))
  return item => codes.has(typeCode(item))
}

const branches = (keyword: string, value: unknown): Check[] => {
  if (!Array.isArray(value) || value.length === 0)
    throw badValue(`$jsonSchema keyword '${keyword}' must be a non-empty array`)
  return value.map(schema => compileChecks(requireSchema(keyword, schema)))
}

const enumeration: Keyword = value => {
  if (!Array.isArray(value) || value.length === 0)
    throw badValue("$jsonSchema keyword 'enum' must be a non-empty array")
  return item => value.some(allowed => equalValues(allowed, item))
}

const allOf: Keyword = value => {
  const checks = branches('allOf', value)
  return item => checks.every(check => check(item))
}

const anyOf: Keyword = value => {
  const checks = branches('anyOf', value)
  return item => checks.some(check => check(item))
}

const oneOf: Keyword = value => {
  const checks = branches('oneOf', value)
  return item => checks.filter(check => check(item)).length === 1
}

const not: Keyword = value => {
  const check = compileChecks(requireSchema('not', value))
  return item => !check(item)
}

const text =
  (keyword: string): Keyword =>
  value => {
    if (typeof value !== 'string')
      throw badValue(`$jsonSchema keyword '${keyword}' must be a string`)
    return undefined
  }

const keywords = new Map<string, Keyword>([
  ...scalarKeywords,
  ...arrayKeywords,
  ...objectKeywords,
  ['bsonType', bsonType],
  ['type', type],
  ['enum', enumeration],
  ['allOf', allOf],
  ['anyOf', anyOf],
  ['oneOf', oneOf],
  ['not', not],
  ['title', text('title')],
  ['description', text('description')],
])

const unsupported = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id'])

const compileChecks = (schema: Document): Check => {
  if (Object.hasOwn(schema, 'type') && Object.hasOwn(schema, 'bsonType'))
    throw badValue("Cannot specify both $jsonSchema keywords 'type' and 'bsonType'")
  const checks = Object.keys(schema).flatMap((name): Check[] => {
    const keyword = keywords.get(name)
    if (keyword === undefined)
      throw badValue(
        unsupported.has(name)
          ? `$jsonSchema keyword '${name}' is not currently supported`
          : `Unknown $jsonSchema keyword: ${name}`,
      )
    const check = keyword(schema[name], { schema, compile: compileChecks })
    return check === undefined ? [] : [check]
  })
  return value => checks.every(check => check(value))
}

/**
 * `$jsonSchema`: draft 4 as MongoDB reads it, with `bsonType`.
 *
 * @throws `BadValue` for a keyword that MongoDB does not know or does not take (`$ref`, `format`, type `integer` …).
 * @see https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
 */
export const compileSchema = (schema: unknown): Predicate => {
  if (!isObject(schema)) throw badValue('$jsonSchema must be an object')
  const check = compileChecks(schema)
  return document => check(document)
}
