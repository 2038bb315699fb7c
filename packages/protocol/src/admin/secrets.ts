import { z } from 'zod'

/** Body of the making of a secret. */
export const secretBody = z.object({ name: z.string().min(1), value: z.string().min(1) })

/** Body of a change; an empty value keeps the old one. */
export const secretChangeBody = z.object({ name: z.string().min(1), value: z.string() })

/** A secret as the Admin API shows it: never its value. */
export const secretWire = z.object({
  _id: z.string().describe('Its name: secrets have no other id.'),
  name: z.string(),
})

export type SecretWire = Readonly<z.infer<typeof secretWire>>
