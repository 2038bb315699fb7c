import { z } from 'zod'

export const listPendingQuery = z.object({
  after: z.string().optional().describe('Last id of the page before.'),
  limit: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .refine(number => number >= 1)
    .optional()
    .describe('At most, and by default, 50.'),
})

/** A registration of e-mail and password that is not confirmed, or with which nobody logged in yet. */
export const pendingUserWire = z.object({
  _id: z.string(),
  user_id: z.literal(''),
  domain_id: z.string(),
  login_ids: z.array(z.object({ id_type: z.literal('email'), id: z.string() })),
  confirmed: z.boolean().describe('Ours.'),
  created_at: z.number().describe('Ours: seconds since 1970.'),
})

export type PendingUserWire = Readonly<z.infer<typeof pendingUserWire>>

/** Nothing to tell. */
export const doneWire = z.object({})
