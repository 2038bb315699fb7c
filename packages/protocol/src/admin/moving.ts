import { z } from 'zod'
import { providerTypes } from '../providers.ts'

/** Numbers from here on are milliseconds: as seconds it would be the year 5138. */
const firstMilliseconds = 100_000_000_000
/** The end of the year 9999, and of what a date is written with four digits. */
const last = 253_402_300_799_999

/** Seconds or milliseconds since 1970, or ISO 8601, to milliseconds since 1970. */
const moment = z
  .union([z.number(), z.string().max(40)])
  .transform(value => {
    if (typeof value === 'number') return value < firstMilliseconds ? value * 1000 : value
    return /^\d+(\.\d+)?$/.test(value) ? Number.NaN : Date.parse(value)
  })
  .refine(at => at >= 0 && at <= last)
  .transform(Math.floor)
  .describe('ISO 8601, or seconds since 1970.')

const id = z.string().regex(/^[0-9a-f]{24}$/)
/** No store keeps a field whose name has a NUL in it. */
const hasNulInNames = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, own]) => name.includes('\0') || hasNulInNames(own))

const data = z.record(z.string().max(256), z.unknown()).refine(fields => !hasNulInNames(fields))

/** An API key as it is moved: never the key itself. */
const movedApiKey = z.object({
  _id: id,
  name: z.string(),
  prefix: z.string().max(64),
  hash: z.string().regex(/^[\w-]{43}$/),
  disabled: z.boolean().default(false),
  creation_date: moment,
  last_used_date: moment.optional(),
})

/**
 * A line of an import: a user as the Admin API lists it, and what it does not list. The lines of an export have all of
 * it.
 */
export const movedUserWire = z.object({
  _id: id.optional().describe('24 hex characters. Without it, one is made.'),
  type: z.enum(['normal', 'server']).default('normal'),
  disabled: z.boolean().default(false),
  identities: z
    .array(
      z.object({
        id: z.string().min(1).max(512).optional(),
        provider_type: z.enum(providerTypes),
        provider_id: z.string().max(64).optional(),
        provider_data: data.optional(),
        linked_date: moment.optional(),
      }),
    )
    .max(64)
    .default([])
    .describe('Without any, the one of e-mail and password.'),
  data: data
    .optional()
    .describe('As listed; read for the e-mail address if it stands nowhere else.'),
  creation_date: moment.optional(),
  last_authentication_date: moment.optional(),
  last_seen_date: moment.optional(),
  deletes_date: moment.optional().describe('When a user who asked to be deleted is deleted.'),
  email: z.string().optional(),
  email_state: z.enum(['confirmed', 'pending']).default('confirmed'),
  email_verified: z
    .boolean()
    .optional()
    .describe(
      'True when a letter to the address was answered once. Default: true where the app confirms by mail.',
    ),
  email_exact: z
    .boolean()
    .default(false)
    .describe('True for an address that is matched only as typed, another having the same key.'),
  registration_date: moment.optional(),
  registration_only: z
    .boolean()
    .default(false)
    .describe('True for an address with which nobody logged in yet: no user is made.'),
  password_hash: z
    .string()
    .max(2048)
    .nullable()
    .optional()
    .describe('Formats: docs/moving-users.md. Without it, the user sets a password by mail.'),
  api_keys: z.array(movedApiKey).max(120).default([]),
})

export type MovedUserWire = z.infer<typeof movedUserWire>
/** As it is written into a line. */
export type MovedUserLine = z.input<typeof movedUserWire>

export const importUsersQuery = z.object({
  dry_run: z
    .enum(['true', 'false', '1', '0', ''])
    .optional()
    .describe('`true`: says what would happen, and writes nothing.'),
})

/** A line of an import that is worth a look. */
const importNoteWire = z.object({
  line: z.number().describe('Counted from 1 within the request.'),
  id: z.string().optional(),
  email: z.string().optional(),
  reason: z.string(),
})

export type ImportNoteWire = Readonly<z.infer<typeof importNoteWire>>

export const importedUsersWire = z.object({
  imported: z.number(),
  existing: z.number().describe('Lines whose users were there already.'),
  refused: z.number(),
  doubles: z
    .number()
    .describe('Imported users whose e-mail address another account has in other letters.'),
  without_password: z.number().describe('Imported users who must set a password by mail.'),
  refusals: z.array(importNoteWire).describe('The first 10,000.'),
  double_emails: z.array(importNoteWire).describe('The first 10,000.'),
})

export type ImportedUsersWire = Readonly<z.infer<typeof importedUsersWire>>
