import { z } from 'zod'
import { providerTypes } from '../providers.ts'

const time = z.string().describe('ISO 8601.')
const device = z.record(z.string(), z.string()).describe('What the client said of its device.')

/** Everything that is kept about a user. */
export const userDataWire = z.object({
  exported_at: time,
  app_id: z.string().describe('Client app id.'),
  user: z.object({
    id: z.string(),
    type: z.enum(['normal', 'server']),
    disabled: z.boolean(),
    created_at: time,
    last_login_at: time,
    last_seen_at: time,
    deletes_at: time.optional().describe('When the user is deleted unless they log in before.'),
  }),
  profile: z.record(z.string(), z.unknown()).describe('Data of all identities, merged.'),
  identities: z.array(
    z.object({
      id: z.string(),
      provider_type: z.enum(providerTypes),
      linked_at: time,
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  registration: z
    .object({ email: z.string(), confirmed: z.boolean(), created_at: time })
    .nullable()
    .describe('The account of e-mail and password; of the password a hash is kept.'),
  custom_data: z.unknown().describe('Extended JSON; `null` when there is none.'),
  custom_data_error: z.string().optional().describe('Why it cannot be read now.'),
  sessions: z.array(
    z.object({
      id: z.string(),
      device_id: z.string(),
      device,
      provider_type: z.enum(providerTypes),
      created_at: time,
      last_used_at: time,
      expires_at: time.optional(),
    }),
  ),
  devices: z.array(z.object({ id: z.string(), created_at: time, details: device })),
  api_keys: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      prefix: z.string(),
      disabled: z.boolean(),
      created_at: time,
      last_used_at: time.optional(),
    }),
  ),
  events: z
    .array(
      z.object({
        at: time,
        type: z.string(),
        event: z.string(),
        provider_type: z.string().optional(),
        ip_address: z.string().optional(),
        error: z.string().optional(),
      }),
    )
    .describe('Log entries about the user, newest first.'),
})

export type UserDataWire = Readonly<z.infer<typeof userDataWire>>
