import { z } from 'zod'

const name = z.string().min(1).max(255)

/** Body of `rules/explain`; the arguments are extended JSON, named as clients name them. */
export const explainRulesBody = z.object({
  source: name,
  database: name,
  collection: name,
  user_id: name,
  operation: name,
  arguments: z.record(z.string(), z.unknown()).optional(),
})

/** Why an expression holds or not: a sentence, and those about its parts. */
export type WhyWire = {
  readonly text: string
  readonly holds: boolean
  readonly parts?: readonly WhyWire[]
}

const whyWire: z.ZodType<WhyWire> = z.object({
  text: z.string(),
  holds: z.boolean(),
  get parts() {
    return z.array(whyWire).optional()
  },
}) as never

const explainedDocumentWire = z.object({
  id: z.unknown().describe('Extended JSON.'),
  passes: z.boolean().describe('False when the filters leave it out.'),
  roles: z
    .array(z.object({ name: z.string(), applies: z.boolean(), why: whyWire }))
    .readonly()
    .describe('Roles that were asked, in order, up to the one that applies.'),
  role: z.string().nullable().describe('The role that applies; `null` when none does.'),
  permissions: z
    .array(z.object({ name: z.string(), why: whyWire }))
    .readonly()
    .describe('Permissions of that role, by their path in it.'),
  sees: z
    .array(z.string())
    .readonly()
    .describe('Top-level fields; `address.*` where only a part of one is seen.'),
  hidden: z.array(z.string()).readonly(),
  matches: z.boolean().describe("True when the operation's query matches what is seen."),
  write: z
    .object({
      action: z.enum(['insert', 'update', 'delete']),
      allowed: z.boolean(),
      reason: z.string().optional(),
    })
    .optional()
    .describe('Absent for reads and for documents that are not seen.'),
})

export type ExplainedDocumentWire = Readonly<z.infer<typeof explainedDocumentWire>>

const certainty = z.enum(['all', 'none', 'each'])

/** What the rules say about an operation of a user. Values of secrets are not shown. */
export const rulesExplanationWire = z.object({
  rules: z
    .enum(['collection', 'default'])
    .describe("Whose rules they are: the collection's own, or the default rule."),
  has_schema: z.boolean(),
  filters: z
    .array(
      z.object({
        name: z.string(),
        applies: z.boolean(),
        why: whyWire,
        query: z
          .unknown()
          .optional()
          .describe('Extended JSON, with what its expansions stand for.'),
        projection: z.unknown().optional(),
      }),
    )
    .readonly(),
  reads: certainty.describe('What is certain before any document is looked at.'),
  writes: certainty,
  documents: z
    .array(explainedDocumentWire)
    .readonly()
    .describe(
      'The first ten that the query matches as they are stored, or that would be inserted.',
    ),
  has_more: z.boolean(),
})

export type RulesExplanationWire = Readonly<z.infer<typeof rulesExplanationWire>>
