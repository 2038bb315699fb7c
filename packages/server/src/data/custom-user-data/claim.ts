import { toEjson } from '@regent/protocol'
import { calculateObjectSize, type Document, Double, Int32, Long, ObjectId } from 'bson'

/** Longest `user_data` of an access token, in bytes of JSON: the token travels in a header of each request. */
export const mostClaimBytes = 16_384

/** Whatever they hold, so many bytes of BSON are no more JSON than a claim may be: a control character is six. */
const surelySmall = mostClaimBytes / 8
/** Whatever they hold, so many bytes of BSON are more JSON than that. */
const surelyLarge = mostClaimBytes * 8

/** JSON has a word for it, and nothing is lost. */
const plainNumber = (value: object): number | undefined => {
  if (value instanceof Int32) return value.value
  if (value instanceof Double) return Number.isFinite(value.value) ? value.value : undefined
  if (!(value instanceof Long)) return undefined
  const number = value.toNumber()
  return Number.isSafeInteger(number) ? number : undefined
}

const toPlain = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof ObjectId) return { $oid: value.toHexString() }
  const number = plainNumber(value)
  if (number !== undefined) return number
  if (Array.isArray(value)) return value.map(toPlain)
  if (Object.getPrototypeOf(value) !== Object.prototype) return toEjson(value)
  return toClaim(value)
}

/**
 * A document as an access token carries it: numbers as numbers, because `realm-web` reads plain JSON, and everything
 * that JSON has no word for as canonical extended JSON, which the other clients read.
 */
export const toClaim = (document: Document): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(document).map(([name, value]) => [name, toPlain(value)]))

export type Claim =
  | { readonly fits: true; readonly claim: Readonly<Record<string, unknown>> }
  /** Bytes of JSON, or of BSON where that is enough to know. */
  | { readonly fits: false; readonly bytes: number }

/** The claim, if it is not too large. */
export const fitClaim = (document: Document): Claim => {
  const size = calculateObjectSize(document)
  if (size > surelyLarge) return { fits: false, bytes: size }
  const claim = toClaim(document)
  if (size <= surelySmall) return { fits: true, claim }
  const bytes = Buffer.byteLength(JSON.stringify(claim))
  return bytes <= mostClaimBytes ? { fits: true, claim } : { fits: false, bytes }
}
