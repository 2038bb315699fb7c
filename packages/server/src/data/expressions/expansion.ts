import { isObject } from '../../documents/embedded/values/types.ts'

/**
 * What `%%` names stand for: `user`, `request`, `values`, `environment` and, for documents, `root`, `prevRoot`,
 * `this`, `prev`, each as a plain value.
 */
export type Scope = Readonly<Record<string, unknown>>

/**
 * Own fields only, so that no path leads to what JavaScript adds to every object, nor into what a BSON value is made
 * of. As MongoDB's paths, through lists, but not through lists of lists.
 */
const step = (value: unknown, name: string): unknown => {
  if (Array.isArray(value)) {
    if (/^\d+$/.test(name)) return value[Number(name)]
    const found = value.flatMap(item => {
      const inner = Array.isArray(item) ? undefined : step(item, name)
      return inner === undefined ? [] : [inner]
    })
    return found.length === 0 ? undefined : found
  }
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

/** The value at a dotted path; of each element where an array is in the way. `undefined` when there is none. */
export const valueAt = (value: unknown, path: string): unknown => {
  if (!path.includes('.')) return step(value, path)
  let found = value
  for (const name of path.split('.')) found = step(found, name)
  return found
}

/** True for `%%user.id` and its like. */
export const isExpansion = (text: string): boolean => text.startsWith('%%')

/**
 * What an expansion stands for; `undefined` when it stands for nothing. A `%%` at its end is left out, as one page of
 * the original's documentation has it.
 */
export const expand = (text: string, scope: Scope): unknown => {
  const path = text.endsWith('%%') ? text.slice(2, -2) : text.slice(2)
  if (path === 'true') return true
  if (path === 'false') return false
  return valueAt(scope, path)
}
