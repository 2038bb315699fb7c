import { z } from 'zod'

/** A key that signs tokens of an app. Times are seconds since 1970. */
const signingKeyWire = z.object({
  number: z.number(),
  signs_from: z.number().describe('0 for the first one.'),
})

/** What the server seals and signs with; never a key itself. */
export const keysWire = z.object({
  apps: z.array(
    z.object({
      app_id: z.string(),
      client_app_id: z.string(),
      access: z.array(signingKeyWire).describe('Keys of access tokens, newest first.'),
      refresh: z.array(signingKeyWire).describe('Keys of refresh tokens, newest first.'),
    }),
  ),
  data_keys: z
    .array(z.object({ number: z.number(), created_at: z.number(), seals_from: z.number() }))
    .describe('What secrets are sealed with, newest first.'),
  is_resealed: z.boolean().describe('Everything is sealed with the newest data key.'),
  master_keys: z.number().describe('Master keys that open the store: one, or two on the way.'),
})

export type KeysWire = Readonly<z.infer<typeof keysWire>>

/** Body of a rotation. */
export const rotateKeysBody = z.object({
  what: z.enum(['signing', 'master']),
  app: z.string().optional().describe('Client app id; default every app. For signing keys.'),
  at_once: z
    .boolean()
    .optional()
    .describe('Removes the signing keys of before at once, which logs everybody out.'),
})
