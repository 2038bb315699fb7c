import type { Document } from 'bson'

type Schema = Readonly<Record<string, unknown>>

const own: Readonly<Record<string, string>> = {
  Long: 'long',
  Int32: 'int',
  Double: 'double',
  Decimal128: 'decimal',
  ObjectId: 'objectId',
  Binary: 'binData',
  UUID: 'uuid',
  Timestamp: 'timestamp',
  BSONRegExp: 'regex',
}

const typeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value !== 'object') return typeof value === 'bigint' ? 'long' : 'string'
  const { _bsontype: name } = value as { readonly _bsontype?: string }
  return (name !== undefined && own[name]) || 'object'
}

const describe = (values: readonly unknown[]): Schema => {
  const types = [...new Set(values.map(typeOf))].filter(type => type !== 'null').sort()
  const [type] = types
  if (type === undefined) return {}
  if (types.length > 1) return { bsonType: types }
  if (type === 'array')
    return { bsonType: 'array', items: describe((values as unknown[][]).flat()) }
  if (type !== 'object') return { bsonType: type }
  const objects = values.filter(value => typeOf(value) === 'object') as Document[]
  return { bsonType: 'object', ...fieldsOf(objects) }
}

const fieldsOf = (documents: readonly Document[]): Schema => {
  const names = [...new Set(documents.flatMap(document => Object.keys(document)))]
  const isEverywhere = (name: string): boolean => documents.every(one => Object.hasOwn(one, name))
  const required = names.filter(isEverywhere)
  return {
    ...(required.length > 0 && { required }),
    properties: Object.fromEntries(
      names.map(name => [
        name,
        describe(documents.flatMap(one => (Object.hasOwn(one, name) ? [one[name]] : []))),
      ]),
    ),
  }
}

/** A schema that all the documents meet. */
export const schemaOf = (title: string, documents: readonly Document[]): Schema => ({
  title,
  bsonType: 'object',
  ...fieldsOf(documents),
})
