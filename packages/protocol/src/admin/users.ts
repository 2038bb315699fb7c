import { z } from 'zod'
import { providerTypes } from '../providers.ts'

const seconds = z.number().describe('Seconds since 1970.')
const data = z.record(z.string(), z.unknown())

/** A user as the Admin API shows it. */
export const adminUserWire = z.object({
  _id: z.string().describe('24 hex characters.'),
  identities: z.array(
    z.object({
      id: z.string(),
      provider_type: z.enum(providerTypes),
      provider_id: z.string(),
      provider_data: data,
    }),
  ),
  type: z.enum(['normal', 'server']),
  creation_date: seconds,
  last_authentication_date: seconds,
  disabled: z.boolean(),
  data,
  deletes_at: seconds
    .optional()
    .describe('Ours: when the user, who asked for it, is deleted unless they log in before.'),
})

export type AdminUserWire = Readonly<z.infer<typeof adminUserWire>>

/** Text that is one of the words of a list, with commas between them. */
const listOf = <Word extends string>(words: readonly Word[]) =>
  z
    .string()
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(words)).min(1))

const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform(text => text !== 'false' && text !== '0')

/** `2026-11-23`, `2026-11-23T10:00:00Z` or seconds since 1970, to milliseconds since 1970. */
const time = z
  .string()
  .transform(text => (/^\d{1,11}$/.test(text) ? Number(text) * 1000 : Date.parse(text)))
  .refine(at => Number.isSafeInteger(at) && Math.abs(at) <= 8.64e15)

/** Users in one answer: 50, and no more. */
const limit = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number)
  .refine(number => number >= 1)

/** Of a list in the order of ids. */
export const listUsersQuery = z.object({
  after: z.string().optional().describe('Last id of the page before.'),
  limit: limit.optional().describe('At most, and by default, 50.'),
  sort: z.literal('_id').optional(),
  desc: flag.optional(),
  status: z.enum(['enabled', 'disabled']).optional(),
  provider_types: listOf(providerTypes).optional().describe('With commas between them.'),
  email: z.string().optional().describe('Ours: the one user of this e-mail address.'),
})

/** Of a search. Everything given must hold. */
export const searchUsersQuery = z.object({
  email_prefix: z.string().min(1).max(254).optional(),
  status: z.enum(['enabled', 'disabled', 'deleting']).optional(),
  provider_types: listOf(providerTypes).optional().describe('With commas between them.'),
  created_from: time
    .optional()
    .describe('ISO 8601, or seconds since 1970; that moment is included.'),
  created_until: time.optional().describe('That moment is not included.'),
  last_login_from: time.optional(),
  last_login_until: time.optional(),
  sort: z.enum(['_id', 'created', 'last_login', 'email']).optional(),
  desc: flag.optional(),
  limit: limit.optional().describe('At most, and by default, 50.'),
  cursor: z.string().max(2048).optional().describe('`next` of the page before.'),
})

export const userSearchWire = z.object({
  users: z.array(adminUserWire),
  next: z
    .string()
    .nullable()
    .describe('Cursor of the next page; a page may be short, or empty, and yet not be the last.'),
})

export type UserSearchWire = Readonly<z.infer<typeof userSearchWire>>

/** A user made by the operator. */
export const newUserBody = z.object({ email: z.string(), password: z.string() })

export const resetEmailBody = z.object({ email: z.string() })

export const resetPasswordBody = z.object({
  password: z
    .string()
    .optional()
    .describe('The new one; without it the user is sent a letter in which they choose it.'),
})

export const verifyTokenBody = z.object({ token: z.string() })

/** What a token says, or that it has expired. */
export const verifiedTokenWire = z.union([
  z.literal('token expired'),
  z.object({
    sub: z.string(),
    exp: z.number(),
    iat: z.number(),
    iss: z.string(),
    aud: z.string(),
    domain_id: z.string(),
    device_id: z.string(),
    data,
    custom_user_data: data,
  }),
])

export type VerifiedTokenWire = z.infer<typeof verifiedTokenWire>

/** A device that the user logged in from. */
export const userDeviceWire = z.object({
  _id: z.string(),
  created_at: seconds,
  details: z.record(z.string(), z.string()).describe('What the client said of it.'),
})

export type UserDeviceWire = Readonly<z.infer<typeof userDeviceWire>>

const userSessionWire = z.object({
  _id: z.string(),
  device_id: z.string(),
  device: z.record(z.string(), z.string()),
  provider_type: z.enum(providerTypes),
  created_at: seconds,
  last_used_at: seconds.describe('Seconds since 1970, kept to the minute.'),
  expires_at: seconds.optional().describe('Absent when it lasts as long as its user.'),
})

/** Something that happened to the user. */
const userEventWire = z.object({
  _id: z.string(),
  at: seconds,
  type: z.string(),
  event: z.string(),
  provider_type: z.string().optional(),
  remote_ip_address: z.string().optional(),
  error: z.string().optional(),
  detail: z.string().optional().describe('What the client is not told of an error.'),
})

/** What an operator sees of one user. */
export const userDetailsWire = z.object({
  user: adminUserWire,
  registration: z
    .object({ email: z.string(), confirmed: z.boolean(), created_at: seconds })
    .nullable()
    .describe('The account of e-mail and password.'),
  custom_data: z.unknown().describe('Extended JSON; `null` when there is none.'),
  custom_data_error: z.string().optional().describe('Why it cannot be read now.'),
  sessions: z.array(userSessionWire).describe('The newest hundred, newest first.'),
  devices: z.array(userDeviceWire),
  api_keys: z.array(
    z.object({
      _id: z.string(),
      name: z.string(),
      prefix: z.string(),
      disabled: z.boolean(),
      created_at: seconds,
      last_used_at: seconds.optional(),
    }),
  ),
  events: z
    .array(userEventWire)
    .describe('The last twenty, newest first; what was tried with their e-mail address too.'),
})

export type UserDetailsWire = Readonly<z.infer<typeof userDetailsWire>>
