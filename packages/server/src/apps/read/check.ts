import { z } from 'zod'
import type { DirectoryProblem } from '../directory.ts'
import { findSlips, nearest } from './nearest.ts'

export type Report = (problem: DirectoryProblem) => void

/** Where a checked value stands: its file, and the field that leads to it when it is not the whole file. */
export type Place = { readonly file: string; readonly field?: string; readonly report: Report }

/** The place of something inside. */
export const inside = (place: Place, ...keys: readonly (string | number)[]): Place => ({
  ...place,
  field: join(place.field, keys),
})

/** Reports what is wrong at a place. */
export const complain = ({ file, field, report }: Place, message: string): void =>
  report({ file, ...(field !== undefined && { field }), message })

/**
 * Reports fields that are read under another name, all but the same: a mistyped `private` or `disabled` would open what
 * it should close.
 */
export const refuseSlips = (value: unknown, known: readonly string[], place: Place): void => {
  for (const { name, message } of findSlips(value, known)) complain(inside(place, name), message)
}

const refuseSlipsOf = (schema: z.ZodType, value: unknown, place: Place): void => {
  if (schema instanceof z.ZodObject) refuseSlips(value, Object.keys(schema.shape), place)
}

/**
 * Checks a value; every failure is reported with its field, what is expected and what was found, and so is a mistyped
 * field of an object. The schema's messages say what is expected, as in `must be true or false`.
 */
export const check = <T>(schema: z.ZodType<T>, value: unknown, place: Place): T | undefined => {
  refuseSlipsOf(schema, value, place)
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) reportIssue(issue, place)
  return undefined
}

/**
 * As `check`; of an object with wrong fields it answers what the others say, so that those are looked at further.
 * `undefined` when that is not a whole without them.
 */
export const checkRest = <T>(schema: z.ZodType<T>, value: unknown, place: Place): T | undefined => {
  refuseSlipsOf(schema, value, place)
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) reportIssue(issue, place)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const wrong = new Set(result.error.issues.map(({ path }) => path[0]))
  const rest = Object.entries(value).filter(([key]) => !wrong.has(key))
  return schema.safeParse(Object.fromEntries(rest)).data
}

const join = (field: string | undefined, keys: readonly PropertyKey[]): string =>
  keys.reduce<string>(
    (before, key) =>
      typeof key === 'number' ? `${before}[${key}]` : `${before && `${before}.`}${String(key)}`,
    field ?? '',
  )

const reportIssue = (issue: z.core.$ZodIssue, { file, field, report }: Place): void => {
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      report({ file, field: join(field, [...issue.path, key]), message: issue.message })
    }
    return
  }
  const at = join(field, issue.path)
  const message =
    issue.input === undefined
      ? `is missing: it ${issue.message}`
      : `${issue.message}, not ${say(issue.input)}`
  report({ file, ...(at !== '' && { field: at }), message })
}

const say = (value: unknown): string => {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

export const text: z.ZodString = z.string({ error: 'must be text' })
export const flag: z.ZodBoolean = z.boolean({ error: 'must be true or false' })
export const anObject = { error: 'must be an object' } as const
export const fields: z.ZodRecord<z.ZodString, z.ZodUnknown> = z.record(
  z.string(),
  z.unknown(),
  anObject,
)

/** The error of a choice, which names the one that is most likely meant. */
export const oneOf = (names: readonly string[]): { error: z.core.$ZodErrorMap } => ({
  error: ({ input }) => {
    const like = typeof input === 'string' ? nearest(input, names) : undefined
    return `must be one of ${names.join(', ')}${like === undefined ? '' : ` (is "${like}" meant?)`}`
  },
})

const nameRule = 'must be 1 to 64 letters, digits, _ or -'

/** Names of values and secrets; what an import made (`__service_field`) begins with `_`. */
export const plainName: z.ZodString = z
  .string({ error: nameRule })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, { error: nameRule })
