import { z } from 'zod'
import { flagOrNothing, itemId, textOrNothing } from './item.ts'

/** Origins that browsers may call from; an empty list lets all. */
export const requestOrigins = z.array(z.string())

/** An address or a range of them, as `203.0.113.7` or `203.0.113.0/24`; `0.0.0.0/0` is everybody. */
export const accessListBody = z.object({
  address: textOrNothing,
  comment: textOrNothing,
  use_current: flagOrNothing.describe('Takes the address that the request came from.'),
})

export const accessListEntryWire = z.object({
  _id: itemId,
  address: z.string(),
  comment: z.string(),
  includes_current: z.boolean(),
})

export const accessListWire = z.object({
  current_ip: z.string(),
  allowed_ips: z.array(accessListEntryWire),
})

/** Life of refresh tokens that are given out from now on. */
export const refreshTokenExpiration = z.object({
  expiration_time_seconds: z.int().min(1_800).max(157_680_000),
})

export type AccessListBody = Readonly<z.infer<typeof accessListBody>>
export type AccessListEntryWire = Readonly<z.infer<typeof accessListEntryWire>>
export type AccessListWire = Readonly<z.infer<typeof accessListWire>>
