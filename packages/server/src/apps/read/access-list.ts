import { z } from 'zod'
import { canonicalRange, idOfRange } from '../../domain/access-list.ts'

const rule = {
  error: 'must be an IP address like 203.0.113.7, or a range like 203.0.113.0/24 or 2001:db8::/32',
}

const entry = z
  .looseObject(
    {
      id: z.string({ error: 'must be 24 hex characters' }).optional(),
      address: z.string(rule).refine(address => canonicalRange(address) !== undefined, rule),
      comment: z.string({ error: 'must be text' }).optional(),
    },
    { error: 'must be an object with address and comment' },
  )
  .transform(({ id, address, comment }) => ({
    id: id ?? idOfRange(address),
    address: canonicalRange(address) as string,
    comment: comment ?? '',
  }))

/** `accessList` of `regent.json`: who may call at all. */
export const accessList = z
  .array(entry, { error: 'must be a list of addresses' })
  .max(200, { error: 'must have at most 200 entries' })
