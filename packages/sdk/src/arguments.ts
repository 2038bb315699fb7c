const describe = (value: unknown): string => {
  if (value === undefined || value === null) return String(value)
  if (typeof value === 'function') return `a function or class named ${value.name}`
  if (typeof value !== 'object') return `a ${typeof value}`
  const name = value.constructor?.name ?? 'Object'
  if (name === 'Object') return 'an object'
  return name === 'Array' ? 'an array' : `an instance of ${name}`
}

/**
 * The error for an argument of the wrong type, in the words of the Realm SDK, which tests compare.
 *
 * @see realm-js `TypeAssertionError`
 */
export const wrongType = (name: string, expected: string, value: unknown): TypeError =>
  new TypeError(`Expected '${name}' to be ${expected}, got ${describe(value)}`)

/** @throws TypeError when `value` is no string. */
export const readString = (value: unknown, name: string): string => {
  if (typeof value === 'string') return value
  throw wrongType(name, 'a string', value)
}

/** @throws TypeError when `value` is no object. */
export const readObject = (value: unknown, name: string): Readonly<Record<string, unknown>> => {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw wrongType(name, 'an object', value)
}
