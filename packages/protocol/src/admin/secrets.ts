import { z } from 'zod'

/** Body of the making of a secret. */
export const secretBody = z.object({ name: z.string().min(1), value: z.string().min(1) })

/** Body of a change; an empty value keeps the old one. */
export const secretChangeBody = z.object({ name: z.string().min(1), value: z.string() })

/** A secret as the Admin API shows it: never its value. */
export type SecretWire = {
  /** Its name: secrets have no other id. */
  readonly _id: string
  readonly name: string
}
