import { fromEjson } from '@regent/protocol'
import type { Document } from 'bson'
import { compileSchema } from '../../documents/embedded/query/schema/json-schema.ts'
import { setField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import { failureOf } from './schema-failure.ts'

/** Says what is wrong with a document; `undefined` when it meets the schema. */
export type SchemaCheck = (document: Document) => string | undefined

/** Types that only the original's own schemas have. */
const ownTypes: Readonly<Record<string, Document>> = {
  mixed: {},
  float: { bsonType: 'double' },
  uuid: { bsonType: 'binData' },
  objectid: { bsonType: 'objectId' },
  boolean: { bsonType: 'bool' },
  integer: { bsonType: ['int', 'long'] },
}

/** Words about a schema that check nothing. */
const notes = new Set(['$schema', 'default', 'definitions', 'format', 'id', 'title', 'description'])

const toType = (type: unknown): Document => {
  if (Array.isArray(type)) {
    const types = type.map(toType)
    if (types.some(one => one.bsonType === undefined)) return {}
    return { bsonType: types.flatMap(one => one.bsonType) }
  }
  const own = typeof type === 'string' && Object.hasOwn(ownTypes, type) ? ownTypes[type] : undefined
  return own ?? { bsonType: type }
}

const eachSchema = (schemas: unknown): unknown =>
  isObject(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([name, one]) => [name, toMongo(one)]))
    : schemas

/** As MongoDB takes it: without what only the original's schemas have. */
const toMongo = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(toMongo)
  if (!isObject(schema)) return schema
  const taken: Document = {}
  for (const [keyword, argument] of Object.entries(schema)) {
    if (notes.has(keyword)) continue
    if (keyword === 'bsonType') Object.assign(taken, toType(argument))
    else if (keyword === 'required' && Array.isArray(argument)) {
      if (argument.length > 0) setField(taken, keyword, argument)
    } else if (['properties', 'patternProperties', 'dependencies'].includes(keyword))
      setField(taken, keyword, eachSchema(argument))
    else if (['items', 'additionalItems', 'additionalProperties', 'not'].includes(keyword))
      setField(taken, keyword, toMongo(argument))
    else if (['allOf', 'anyOf', 'oneOf'].includes(keyword))
      setField(taken, keyword, toMongo(argument))
    else setField(taken, keyword, argument)
  }
  return taken
}

/**
 * Prepares a `schema.json`: JSON schema as MongoDB reads it, and the types that only the original's schemas have
 * (`uuid`, `float`, `mixed` …). A schema that cannot be read lets nothing pass, and says so.
 */
export const prepareSchema = (schema: Readonly<Record<string, unknown>>): SchemaCheck => {
  try {
    const taken = toMongo(fromEjson(schema)) as Document
    const matches = compileSchema(taken)
    return document => (matches(document) ? undefined : failureOf(taken, document))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return () => `the schema cannot be read: ${reason}`
  }
}
