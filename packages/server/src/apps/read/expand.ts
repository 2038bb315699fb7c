import { complain, inside, type Place } from './check.ts'
import type { Reading } from './reading.ts'

const expansion = /%\(([^()]*)\)/g
const mostDepth = 100
const environmentValue = /^\s*%%environment\.values\.([\w-]+)\s*$/

/**
 * Replaces `%(%%environment.values.<name>)` in every text inside a value.
 *
 * @see https://www.mongodb.com/docs/atlas/app-services/reference/config/template-expansions/
 */
export const createExpand = (
  values: Readonly<Record<string, unknown>>,
  file: string,
): Reading['expand'] => {
  const expandText = (text: string, place: Place): string =>
    text.replace(expansion, (whole, inner: string) => {
      const name = environmentValue.exec(inner)?.[1]
      const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined
      if (typeof value === 'string') return value
      complain(place, describe(whole, name, { value, file }))
      return whole
    })

  const expand = (value: unknown, place: Place, depth: number): unknown => {
    if (typeof value === 'string') return value.includes('%(') ? expandText(value, place) : value
    if (typeof value !== 'object' || value === null) return value
    if (depth === mostDepth) {
      complain(place, `is nested deeper than ${mostDepth}`)
      return undefined
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => expand(item, inside(place, index), depth + 1))
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        expand(inner, inside(place, key), depth + 1),
      ]),
    )
  }
  return (value, place) => expand(value, place, 0)
}

const describe = (
  whole: string,
  name: string | undefined,
  { value, file }: { readonly value: unknown; readonly file: string },
): string => {
  if (name === undefined) {
    return `holds ${whole}: inside %(…) there may only be %%environment.values.<name>`
  }
  return value === undefined
    ? `holds ${whole}, and ${file} has no value "${name}"`
    : `holds ${whole}, and the value "${name}" of ${file} is no text`
}
