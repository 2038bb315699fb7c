import { type ZodType, z } from 'zod'

/** JSON Schema 2020-12, which OpenAPI 3.1 speaks. */
export type Schema = Readonly<Record<string, unknown>>

/** Schemas that refer to themselves; they need a place of their own. */
export type NamedSchemas = Map<string, Schema>

type SchemaOptions = {
  /** What is sent, or what is answered. */
  readonly io: 'input' | 'output'
  /** What the schema is called if it needs a name. */
  readonly name: string
  readonly named: NamedSchemas
}

const toText = (shape: ZodType, io: 'input' | 'output'): string => {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, { io, unrepresentable: 'any' })
  return JSON.stringify(schema)
}

/** The schema of a shape; what zod cannot say in JSON Schema is left open. */
export const toSchema = (shape: ZodType, { io, name, named }: SchemaOptions): Schema => {
  const text = toText(shape, io)
  if (!text.includes('"$ref":"#')) return JSON.parse(text) as Schema
  const place = `#/components/schemas/${name}`
  named.set(name, JSON.parse(text.replaceAll('"$ref":"#', `"$ref":"${place}`)) as Schema)
  return { $ref: place }
}
