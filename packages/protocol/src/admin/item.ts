import { z } from 'zod'

/** An object whose members something else checks. */
export const jsonObject = z.record(z.string(), z.unknown())

export type JsonObject = Readonly<z.infer<typeof jsonObject>>

/** 24 hex characters, the same over renames and deployments. */
export const itemId = z.string().describe('24 hex characters')

export const modified = z.number().describe('Seconds since 1970: when the app was last deployed.')

/** Text that may be absent, `null` or empty: all say nothing. */
export const textOrNothing = z.string().nullish()

export const flagOrNothing = z.boolean().nullish()

/** `true`, `false` or an object. */
export const ruleExpression = z.union([z.boolean(), jsonObject])
