import { toEjson } from '@regent/protocol'
import type { Document } from 'bson'

/** Longest `user_data` of an access token, in bytes of JSON: the token travels in a header of each request. */
export const mostClaimBytes = 16_384

/** A document of so many bytes of BSON is too large whatever it holds. */
export const mostDocumentBytes = 8 * mostClaimBytes

const numbers = ['$numberInt', '$numberLong', '$numberDouble']

const plainNumber = (key: string, text: unknown): number | undefined => {
  if (!numbers.includes(key) || typeof text !== 'string') return undefined
  const number = Number(text)
  const isExact = key === '$numberLong' ? Number.isSafeInteger(number) : Number.isFinite(number)
  return isExact ? number : undefined
}

const relaxed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(relaxed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[key, inner] = []] = entries
  if (key === '$date') return value
  const number = entries.length === 1 && key !== undefined ? plainNumber(key, inner) : undefined
  return number ?? Object.fromEntries(entries.map(([name, member]) => [name, relaxed(member)]))
}

/**
 * A document as an access token carries it: numbers as numbers, because `realm-web` reads plain JSON, and everything
 * that JSON has no word for as canonical extended JSON, which the other clients read.
 */
export const toClaim = (document: Document): Readonly<Record<string, unknown>> =>
  relaxed(toEjson(document)) as Record<string, unknown>
