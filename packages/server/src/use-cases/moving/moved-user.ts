import { JsonError, type MovedUserWire, movedUserWire, parseJson } from '@regent/protocol'
import type { z } from 'zod'

/** Why a line is not taken: names the field where one is wrong. */
export type Problem = { readonly problem: string }

export const isProblem = (value: object): value is Problem => 'problem' in value

/** Bounds of one line. */
const limits = { maxDepth: 30, maxValues: 20_000 }

const describe = (issue: z.core.$ZodIssue): string => {
  const field = issue.path.map(String).join('.')
  if (field === '') return 'is no object'
  if (issue.input === undefined) return `'${field}' is missing`
  if (issue.code === 'invalid_type') return `'${field}' must be of type ${issue.expected}`
  return issue.code === 'too_big' ? `'${field}' is too long` : `'${field}' is not valid`
}

/** Reads a line of an import. */
export const readLine = (line: string): MovedUserWire | Problem => {
  let value: unknown
  try {
    value = parseJson(line, limits)
  } catch (error) {
    if (error instanceof JsonError) return { problem: error.message }
    throw error
  }
  const read = movedUserWire.safeParse(value, { reportInput: true })
  return read.success ? read.data : { problem: describe(read.error.issues[0] as z.core.$ZodIssue) }
}
