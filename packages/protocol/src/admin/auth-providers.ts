import { z } from 'zod'
import { flagOrNothing, itemId, jsonObject } from './item.ts'

/** What a change of an auth provider says; what it leaves out stays as it is. */
export const authProviderChangeBody = z.object({
  disabled: flagOrNothing,
  config: jsonObject.nullish(),
  secret_config: jsonObject.nullish().describe('Names of secrets, never their values.'),
  metadata_fields: z.array(z.unknown()).nullish(),
  redirect_uris: z.array(z.string()).nullish(),
  domain_restrictions: z.array(z.string()).nullish(),
})

/** `name`, where it is given, is the type. Functions may be named by `…FunctionId`, `…FunctionName`, or both. */
export const authProviderBody = authProviderChangeBody.extend({
  name: z.string().nullish(),
  type: z.string(),
})

export const listedAuthProviderWire = z.object({
  _id: itemId,
  name: z.string(),
  type: z.string(),
  disabled: z.boolean(),
})

export const authProviderWire = listedAuthProviderWire.extend({
  config: jsonObject.optional(),
  secret_config: jsonObject.optional(),
  metadata_fields: z.array(z.unknown()).optional(),
  redirect_uris: z.array(z.unknown()).optional(),
  domain_restrictions: z.array(z.unknown()).optional(),
})

export type AuthProviderBody = Readonly<z.infer<typeof authProviderBody>>
export type AuthProviderChangeBody = Readonly<z.infer<typeof authProviderChangeBody>>
export type ListedAuthProviderWire = Readonly<z.infer<typeof listedAuthProviderWire>>
export type AuthProviderWire = Readonly<z.infer<typeof authProviderWire>>
