import { z } from 'zod'

/** What an operator may do: everything, or only look. */
export const operatorRole = z.enum(['full', 'read-only'])

export type OperatorRole = z.infer<typeof operatorRole>

/** Body of the log-in with e-mail address and password; what clients send beside it is ignored. */
export const operatorLoginBody = z.object({ username: z.string(), password: z.string() })

/** Body of the log-in with a key pair. */
export const operatorKeyLoginBody = z.object({
  username: z.string().describe('The public key.'),
  apiKey: z.string().describe('The private key.'),
})

/** Answer of a log-in. */
export const operatorLoginWire = z.object({
  access_token: z.string().describe('Lives for 30 minutes.'),
  refresh_token: z.string().describe('Lives for 60 days.'),
  user_id: z.string(),
  device_id: z.string(),
})

export type OperatorLoginWire = Readonly<z.infer<typeof operatorLoginWire>>

/** Answer of a refresh. */
export const operatorRefreshWire = z.object({ access_token: z.string() })

export type OperatorRefreshWire = Readonly<z.infer<typeof operatorRefreshWire>>

/** A way in which operators log in. */
export const operatorProviderWire = z.object({
  name: z.string(),
  type: z.string(),
  disabled: z.boolean(),
})

export type OperatorProviderWire = Readonly<z.infer<typeof operatorProviderWire>>

/** Who asks; `roles[0].group_id` is the project id of all other paths. */
export const adminProfileWire = z.object({
  user_id: z.string(),
  domain_id: z.string(),
  identities: z.array(
    z.object({ id: z.string(), provider_type: z.string(), provider_id: z.string() }),
  ),
  data: z.object({ email: z.string().optional(), name: z.string() }),
  type: z.enum(['normal', 'server', 'system']),
  roles: z.array(z.object({ role_name: z.string(), group_id: z.string() })),
})

export type AdminProfileWire = Readonly<z.infer<typeof adminProfileWire>>

/** An operator. Times are seconds since 1970. */
export const operatorWire = z.object({
  _id: z.string(),
  email: z.string(),
  role: operatorRole,
  created_at: z.number(),
  last_login_at: z.number().optional().describe('Absent until the first log-in.'),
})

export type OperatorWire = Readonly<z.infer<typeof operatorWire>>

/** Body of the making of an operator. */
export const operatorBody = z.object({
  email: z.string(),
  password: z.string().describe('8 to 128 characters.'),
  role: operatorRole.optional().describe('Default full.'),
})

export const operatorPasswordBody = z.object({
  password: z.string().describe('8 to 128 characters.'),
})

/** A key pair of programs that use the Admin API. Times are seconds since 1970. */
export const operatorKeyWire = z.object({
  _id: z.string(),
  name: z.string(),
  public_key: z.string(),
  role: operatorRole,
  created_at: z.number(),
  last_login_at: z.number().optional().describe('By the hour; absent until the first log-in.'),
})

export type OperatorKeyWire = Readonly<z.infer<typeof operatorKeyWire>>

/** Body of the making of a key pair. */
export const operatorKeyBody = z.object({
  name: z.string().describe('1 to 64 characters.'),
  role: operatorRole.optional().describe('Default full.'),
})

/** Answer to the making of a key pair: the only time that the private key is told. */
export const newOperatorKeyWire = operatorKeyWire.extend({ private_key: z.string() })

export type NewOperatorKeyWire = Readonly<z.infer<typeof newOperatorKeyWire>>
