import { errors, type Refusal } from '@regent/protocol'
import type { ZodType, z } from 'zod'

/**
 * A fact for the caller: a row of the table of refusals. Everything else that is thrown is our bug or the
 * world's, and is answered as `internal`.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly refusal: Refusal
  readonly values: Readonly<Record<string, string>>
  /** Why, for the log of the app, where the caller is not told; no password, token or secret stands in it. */
  readonly reason: string | undefined

  /** `values` fill the `{name}` places of the row's text. */
  constructor(
    refusal: Refusal,
    values: Readonly<Record<string, string>> = {},
    options?: ErrorOptions & { readonly reason?: string | undefined },
  ) {
    super(
      errors[refusal].text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole),
      options,
    )
    this.refusal = refusal
    this.values = values
    this.reason = options?.reason
  }
}

/**
 * Checks what a client sent.
 *
 * @throws `fieldMissing` or `fieldInvalid`, naming the first field that is wrong.
 */
export const readShape = <Schema extends ZodType>(
  schema: Schema,
  value: unknown,
): z.infer<Schema> => {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const issue = result.error.issues[0] as z.core.$ZodIssue
  const field = issue.path.map(String).join('.')
  if (field === '') {
    const isList = issue.code === 'invalid_type' && issue.expected === 'array'
    throw new AppError('fieldInvalid', {
      detail: `body must be ${isList ? 'a list' : 'an object'}`,
    })
  }
  if (issue.input === undefined) throw new AppError('fieldMissing', { field })
  throw new AppError('fieldInvalid', { detail: `'${field}' ${expected(issue)}` })
}

const expected = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_type') return `must be of type ${issue.expected}`
  if (issue.code === 'too_big') return 'is too long'
  return 'is not valid'
}
