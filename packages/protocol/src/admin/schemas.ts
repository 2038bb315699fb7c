import { z } from 'zod'
import { itemId, jsonObject } from './item.ts'

/** Which collection a schema is about. */
const schemaPlace = z.object({
  data_source: z.string(),
  database: z.string(),
  collection: z.string(),
})

export const schemaBody = z.object({
  metadata: schemaPlace,
  schema: jsonObject,
  relationships: jsonObject.nullish(),
})

export const listedSchemaWire = z.object({ _id: itemId, metadata: schemaPlace })

export const schemaWire = listedSchemaWire.extend({
  schema: jsonObject,
  relationships: jsonObject,
})

export type SchemaBody = Readonly<z.infer<typeof schemaBody>>
export type ListedSchemaWire = Readonly<z.infer<typeof listedSchemaWire>>
export type SchemaWire = Readonly<z.infer<typeof schemaWire>>
