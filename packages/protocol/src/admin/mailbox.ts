import { z } from 'zod'

/** A letter kept by the development mailbox. */
export const letterWire = z.object({
  _id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  link: z.string(),
  sent_at: z.number().describe('Seconds since 1970.'),
})

export type LetterWire = Readonly<z.infer<typeof letterWire>>
