import { JsonError, type MovedUserWire, movedUserWire, parseJson } from '@regent/protocol'
import type { z } from 'zod'
import { findSlips } from '../../apps/read/nearest.ts'
import { isId } from '../../domain/id.ts'

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

/** By what people find a line that cannot be taken. */
type Shown = { readonly _id?: string; readonly email?: string }

const longestShown = 254

const shownOf = (value: unknown): Shown => {
  const { _id, email } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >
  const isShort = (text: unknown): text is string =>
    typeof text === 'string' && text.length <= longestShown
  return { ...(isShort(_id) && { _id }), ...(isShort(email) && { email }) }
}

const names = Object.keys(movedUserWire.shape)

/** A mistyped field would lose what it says of everybody. */
const describeSlip = (value: unknown): string | undefined => {
  const [slip] = findSlips(value, names)
  return slip && `'${slip.name}' ${slip.message}`
}

/** As in CSV, `id` will do. */
const withId = (value: unknown): unknown => {
  const { _id, id } = (value ?? {}) as { readonly _id?: unknown; readonly id?: unknown }
  return _id === undefined && isId(id) ? { ...(value as object), _id: id } : value
}

/** Reads a line of an import. */
export const readLine = (line: string): MovedUserWire | (Problem & Shown) => {
  let value: unknown
  try {
    value = withId(parseJson(line, limits))
  } catch (error) {
    if (error instanceof JsonError) return { problem: error.message }
    throw error
  }
  const read = movedUserWire.safeParse(value, { reportInput: true })
  const slip = read.success ? describeSlip(value) : undefined
  if (slip !== undefined) return { ...shownOf(value), problem: slip }
  if (read.success) return read.data
  const issue = read.error.issues[0] as z.core.$ZodIssue
  return { ...shownOf(value), problem: describe(issue) }
}
