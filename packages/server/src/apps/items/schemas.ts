import type { SchemaBody, SchemaWire } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import type { Definition } from '../definition/definition.ts'
import {
  type Collection,
  findSourceByName,
  listCollections,
  openCollection,
  removeSchema,
  writeSchema,
} from './collections.ts'
import type { Items } from './items.ts'
import { readFields } from './named-files.ts'

const toWire = (definition: Definition, found: Collection): SchemaWire => ({
  _id: found.id,
  metadata: {
    data_source: found.service.name,
    database: found.database,
    collection: found.collection,
  },
  schema: readFields(definition, `${found.folder}/schema.json`),
  relationships: readFields(definition, `${found.folder}/relationships.json`),
})

const listSchemas = (definition: Definition): Collection[] =>
  listCollections(definition).filter(({ hasSchema }) => hasSchema)

const findSchema = (definition: Definition, id: string): Collection => {
  const found = listSchemas(definition).find(schema => schema.id === id)
  if (!found) throw new AppError('schemaNotFound', { name: id })
  return found
}

const put = (
  definition: Definition,
  found: Collection,
  { schema, relationships }: SchemaBody,
): SchemaWire => {
  writeSchema(definition, found, { schema, relationships: relationships ?? {} })
  return toWire(definition, found)
}

const openPlace = (definition: Definition, { metadata }: SchemaBody): Collection =>
  openCollection(definition, findSourceByName(definition, metadata.data_source), metadata)

const checkBody = ({ schema }: SchemaBody): void => {
  if (Object.keys(schema).length > 0) return
  throw new AppError('fieldInvalid', { detail: "'schema' must not be empty" })
}

/** `schema.json` and `relationships.json` of the collections. A schema's id is that of its collection's rules. */
export const schemas: Items<SchemaBody, SchemaWire> = {
  list: definition => listSchemas(definition).map(found => toWire(definition, found)),
  insert: (definition, body) => {
    checkBody(body)
    const found = openPlace(definition, body)
    const name = `${found.database}.${found.collection}`
    if (found.hasSchema) throw new AppError('schemaTaken', { name })
    return put(definition, found, body)
  },
  replace: (definition, id, body) => {
    checkBody(body)
    const found = findSchema(definition, id)
    if (openPlace(definition, body).id !== id) {
      throw new AppError('fieldInvalid', { detail: "'metadata' of a schema cannot be changed" })
    }
    return put(definition, found, body)
  },
  remove: (definition, id) => removeSchema(definition, findSchema(definition, id)),
  notFound: 'schemaNotFound',
}
