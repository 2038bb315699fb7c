/** True for an ObjectId written as 24 hex characters in lower case. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)
