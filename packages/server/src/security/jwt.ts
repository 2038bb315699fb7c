/** A token taken apart, nothing of it checked but its form. */
export type ParsedJwt = {
  /** The first part as it stands, still encoded. */
  readonly header: string
  /** What the signature is over. */
  readonly signed: string
  readonly claims: Readonly<Record<string, unknown>>
  readonly signature: Uint8Array
}

/** Longest token read, in characters. */
const longestToken = 65_536

/** Only the one canonical way of writing bytes: no padding, no other alphabet, no stray bits at the end. */
const decodePart = (part: string): Buffer | undefined => {
  const bytes = Buffer.from(part, 'base64url')
  return part !== '' && bytes.toString('base64url') === part ? bytes : undefined
}

const readObject = (bytes: Buffer): Record<string, unknown> | undefined => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

export const encodePart = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64url')

/** Three parts, canonical base64url, an object of claims; anything else is `undefined`. */
export const parseJwt = (token: string): ParsedJwt | undefined => {
  if (token.length > longestToken) return undefined
  const [header, payload, signed, ...rest] = token.split('.', 4)
  if (!header || !payload || !signed || rest.length > 0) return undefined
  const bytes = decodePart(payload)
  const claims = bytes && readObject(bytes)
  const signature = decodePart(signed)
  if (!claims || !signature || !decodePart(header)) return undefined
  return { header, signed: `${header}.${payload}`, claims, signature }
}
