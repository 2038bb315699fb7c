import type { Definition } from '../definition/definition.ts'
import { isFields } from '../fields.ts'

/** Fields that name a function. In rule expressions a function is an argument, and keeps the name it was given. */
const naming = /^(?:function_name|on_user_creation_function_name|\w+FunctionName)$/

const isNaming = (path: string): boolean =>
  /^(?:auth|triggers|http_endpoints|https_endpoints|log_forwarders)\/.*\.json$/.test(path)

/** Makes whatever names the function name it by its new name, as if it had been named by its id. */
export const followFunction = (definition: Definition, from: string, to: string): void => {
  for (const path of definition.paths().filter(isNaming)) {
    const change = { isMade: false }
    const value = renamed(definition.readJson(path), { from, to, change })
    if (change.isMade) definition.writeJson(path, value)
  }
}

type Renaming = {
  readonly from: string
  readonly to: string
  readonly change: { isMade: boolean }
}

const renamed = (value: unknown, renaming: Renaming): unknown => {
  if (Array.isArray(value)) return value.map(item => renamed(item, renaming))
  if (!isFields(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  const { from, to, change } = renaming
  const isForwarder = value.type === 'function'
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (member !== from || !(naming.test(key) || (isForwarder && key === 'name')))
        return [key, renamed(member, renaming)]
      change.isMade = true
      return [key, to]
    }),
  )
}

/**
 * The name that stands for a function in the directory, of what the wire gives: its id, its name, or both.
 * An id that is not known is taken for a name: other clients send names as ids.
 */
export const toFunctionName = (
  definition: Definition,
  { id, name }: { readonly id?: unknown; readonly name?: unknown },
): string | undefined => {
  const named = typeof name === 'string' && name !== '' ? name : undefined
  if (typeof id !== 'string' || id === '') return named
  return definition.nameOf('function', id) ?? named ?? id
}
