import { z } from 'zod'
import type { DirectoryProblem } from './directory.ts'

export type Report = (problem: DirectoryProblem) => void

/** Where a checked value stands: its file, and the field that leads to it when it is not the whole file. */
export type Place = { readonly file: string; readonly field?: string; readonly report: Report }

/**
 * Checks a value; every failure is reported with its field, what is expected and what was found.
 * The schema's messages say what is expected, as in `must be true or false`.
 */
export const check = <T>(schema: z.ZodType<T>, value: unknown, place: Place): T | undefined => {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) reportIssue(issue, place)
  return undefined
}

const reportIssue = (issue: z.core.$ZodIssue, { file, field, report }: Place): void => {
  const path = (keys: readonly PropertyKey[]): string =>
    keys.reduce<string>(
      (before, key) =>
        typeof key === 'number' ? `${before}[${key}]` : `${before && `${before}.`}${String(key)}`,
      field ?? '',
    )
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys) {
      report({ file, field: path([...issue.path, key]), message: issue.message })
    }
    return
  }
  const at = path(issue.path)
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
