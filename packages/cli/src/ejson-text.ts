type Wrapper = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Wrapper =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Canonical extended JSON in its relaxed form, as people read it: numbers that JavaScript holds exactly are
 * plain, dates are texts; all else stays.
 */
export const toRelaxed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(toRelaxed)
  if (!isObject(value)) return value
  const [key = '', ...others] = Object.keys(value)
  const plain = others.length === 0 ? unwrap(key, value[key]) : undefined
  if (plain !== undefined) return plain
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toRelaxed(inner)]))
}

const unwrap = (key: string, inner: unknown): unknown => {
  if (key === '$numberInt' || key === '$numberLong' || key === '$numberDouble') {
    const number = Number(inner)
    const isExact = key === '$numberLong' ? Number.isSafeInteger(number) : Number.isFinite(number)
    return isExact && !Object.is(number, -0) ? number : undefined
  }
  if (key !== '$date' || !isObject(inner)) return undefined
  const date = new Date(Number(inner.$numberLong))
  const isCommon = date.getTime() >= 0 && date.getUTCFullYear() <= 9999
  return { $date: isCommon ? date.toISOString() : inner }
}
