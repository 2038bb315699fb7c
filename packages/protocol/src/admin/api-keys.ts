import { z } from 'zod'

/** An API key as the Admin API shows it. */
export const adminApiKeyWire = z.object({
  _id: z.string().describe('24 hex characters.'),
  name: z.string(),
  disabled: z.boolean(),
  prefix: z.string().describe('Ours: the first eight characters of the key.'),
  user_id: z.string().describe('Ours: who logs in with it; a server key has a user of its own.'),
  created_at: z.number().describe('Ours: seconds since 1970.'),
  last_used_at: z
    .number()
    .optional()
    .describe('Ours: seconds since 1970, by the hour; absent until the first log-in.'),
})

export type AdminApiKeyWire = Readonly<z.infer<typeof adminApiKeyWire>>

/** Answer to the making of a server key: the only time that the key itself is told. */
export const newAdminApiKeyWire = adminApiKeyWire.extend({ key: z.string() })

export type NewAdminApiKeyWire = Readonly<z.infer<typeof newAdminApiKeyWire>>

export const listApiKeysQuery = z.object({
  prefix: z.string().optional().describe("Ours: the app's keys of all users that begin so."),
})
