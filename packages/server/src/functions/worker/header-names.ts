const canonical = (name: string): string =>
  name.toLowerCase().replace(/(?:^|-)[a-z]/g, letters => letters.toUpperCase())

/**
 * The headers as the original spelt them, `Content-Type`. Those in small letters find the same, and are not listed.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/functions/context/ (context.request)
 */
export const nameHeaders = (headers: unknown): unknown => {
  if (typeof headers !== 'object' || headers === null) return headers
  const named = {}
  for (const [name, value] of Object.entries(headers)) {
    const row = { value, configurable: true, writable: true }
    Object.defineProperty(named, name.toLowerCase(), row)
    Object.defineProperty(named, canonical(name), { ...row, enumerable: true })
  }
  return named
}
