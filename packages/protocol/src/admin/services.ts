import { z } from 'zod'
import { itemId, jsonObject, modified } from './item.ts'

/** A data source, or a service of a kind that is only kept. */
export const serviceBody = z.object({
  name: z.string(),
  type: z.string().min(1).max(64),
  config: jsonObject.nullish(),
  secret_config: jsonObject.nullish().describe('Names of secrets, never their values.'),
  version: z.number().nullish(),
})

/** A service keeps its name: its data lies under it. */
export const serviceChangeBody = z.object({
  name: z.string().nullish(),
  config: jsonObject.nullish(),
  secret_config: jsonObject.nullish(),
  version: z.number().nullish(),
})

export const serviceWire = z.object({
  _id: itemId,
  name: z.string(),
  type: z.string(),
  version: z.number(),
  last_modified: modified,
})

/** Names of what counts in it; fields that are left out stay as they are. */
export const serviceConfigBody = jsonObject

/** The config as it stands in the directory; with `includeSecretConfig`, its secrets' names beside it. */
export const serviceConfigWire = jsonObject

/** Arguments of a command of a data source; which ones it needs depends on the command. */
export const serviceCommandBody = z.object({
  database: z.string().nullish(),
  collection: z.string().nullish(),
  sample_size: z.int().min(1).max(1_000).nullish().describe('Of `generate_schema`, default 100.'),
})

export type ServiceBody = Readonly<z.infer<typeof serviceBody>>
export type ServiceChangeBody = Readonly<z.infer<typeof serviceChangeBody>>
export type ServiceWire = Readonly<z.infer<typeof serviceWire>>
