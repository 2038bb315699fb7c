type Source = { readonly source?: string }
type Reviver = (key: string, value: unknown, context: Source) => unknown

/** ECMAScript's JSON.parse with source text access, which the library's types do not know yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown
  rawJSON(text: string): unknown
}

const keepText: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source
    ? json.rawJSON(source)
    : value

/**
 * As `JSON.parse`, and a number that JavaScript would write in another way (`1.0`, 9007199254740993) becomes an object
 * that `JSON.stringify` writes as it was read.
 *
 * @throws SyntaxError
 */
export const parseKeepingNumbers = (text: string): unknown => json.parse(text, keepText)

/** Two spaces, and a line end behind it. */
export const writeJsonText = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`
