import { z } from 'zod'

/** Body of `register`. */
export const registerBody = z.object({ email: z.string(), password: z.string() })

/** Body of `confirm`. */
export const confirmBody = z.object({ token: z.string(), tokenId: z.string() })

/** Body of `confirm/send`, `confirm/call` and `reset/send`. */
export const emailBody = z.object({ email: z.string() })

/** Body of `reset`. */
export const resetBody = z.object({
  token: z.string(),
  tokenId: z.string(),
  password: z.string(),
})

/** Body of `reset/call`; the arguments are extended JSON. */
export const resetCallBody = z.object({
  email: z.string(),
  password: z.string(),
  arguments: z.array(z.unknown()).optional(),
})
