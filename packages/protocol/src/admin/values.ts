import { z } from 'zod'
import { flagOrNothing, itemId, modified } from './item.ts'

/** A value; with `from_secret`, `value` is the name of a secret. */
export const valueBody = z.object({
  name: z.string(),
  value: z.unknown().optional(),
  private: flagOrNothing,
  from_secret: flagOrNothing,
})

export const listedValueWire = z.object({
  _id: itemId,
  name: z.string(),
  private: z.boolean(),
  from_secret: z.boolean(),
  last_modified: modified,
})

export const valueWire = listedValueWire.extend({ value: z.unknown() })

export type ListedValueWire = Readonly<z.infer<typeof listedValueWire>>
export type ValueWire = Readonly<z.infer<typeof valueWire>>
export type ValueBody = Readonly<z.infer<typeof valueBody>>
