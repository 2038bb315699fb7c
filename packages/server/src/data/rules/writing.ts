import type { Document } from 'bson'
import { getField } from '../../documents/embedded/values/path.ts'
import { isSameStored } from '../../documents/embedded/values/same.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import type { Scope } from '../expressions/expansion.ts'
import type { Ask } from './ask.ts'
import type { SettledField, SettledRole } from './settle.ts'

export type Action = 'insert' | 'update' | 'delete'

/** One write of one document. An insert has no `before`, a delete no `after`. */
export type Write = {
  readonly action: Action
  readonly before: Document | undefined
  readonly after: Document | undefined
}

/** Why a write is refused: what of the role said no, and about which field. */
export type Objection = {
  readonly permission: 'document_filters.write' | 'write' | 'insert' | 'delete' | 'fields'
  /** Dotted path. */
  readonly field?: string
}

type Values = { readonly before: unknown; readonly after: unknown }
type Context = { readonly ask: Ask; readonly scope: Scope; readonly isDelete: boolean }

/** Equal to the byte: a number that changes its type is a change. */
const isSame = ({ before, after }: Values): boolean => {
  if (before === undefined || after === undefined) return before === after
  return isSameStored(before, after)
}

const isAbsentOr = (test: (value: unknown) => boolean, { before, after }: Values): boolean =>
  (before === undefined || test(before)) && (after === undefined || test(after))

type PermissionOf = (name: string) => SettledField | undefined

/** The path of the first field that differs and may not be written; `''` for the value itself. */
const objectionInside = (
  fields: ReadonlyMap<string, SettledField>,
  values: Values,
  context: Context,
): string | undefined => {
  const { before, after } = values
  if (isAbsentOr(Array.isArray, values)) {
    const [old = [], now = []] = [before, after] as [unknown[] | undefined, unknown[] | undefined]
    if (before !== undefined && after !== undefined && old.length !== now.length) return ''
    const longer = old.length > now.length ? old : now
    for (const at of longer.keys()) {
      const pair = { before: old[at], after: now[at] }
      const found = isSame(pair) ? undefined : objectionInside(fields, pair, context)
      if (found !== undefined) return found === '' ? String(at) : `${at}.${found}`
    }
    return longer.length === 0 ? '' : undefined
  }
  if (!isAbsentOr(isObject, values)) return ''
  const pair = { before: (before ?? {}) as Document, after: (after ?? {}) as Document }
  if (Object.keys(pair.before).length + Object.keys(pair.after).length === 0) return ''
  return objectionOfFields(name => fields.get(name), pair, context)
}

const objectionOfField = (
  permission: SettledField | undefined,
  values: Values,
  context: Context,
): string | undefined => {
  if (permission === undefined) return ''
  const { ask, scope, isDelete } = context
  const { write, fields } = permission
  if (write !== undefined) {
    const isAllowed = ask(write, {
      ...scope,
      this: isDelete ? values.before : values.after,
      prev: values.before,
    })
    return isAllowed ? undefined : ''
  }
  return fields === undefined ? '' : objectionInside(fields, values, context)
}

const objectionOfFields = (
  permissionOf: PermissionOf,
  { before, after }: { readonly before: Document; readonly after: Document },
  context: Context,
): string | undefined => {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const values = { before: getField(before, name), after: getField(after, name) }
    const found = isSame(values) ? undefined : objectionOfField(permissionOf(name), values, context)
    if (found !== undefined) return found === '' ? name : `${name}.${found}`
  }
  return undefined
}

const namesPrevious = (expression: unknown): boolean => {
  if (typeof expression === 'string') return /^%%prev/.test(expression)
  if (typeof expression !== 'object' || expression === null) return false
  return Object.entries(expression).some(
    ([key, value]) => namesPrevious(key) || namesPrevious(value),
  )
}

/**
 * The write filter of documents holds for what becomes of the document, and, unless it speaks of both itself, for the
 * document as it was: nobody takes over what is closed to them by writing it.
 */
const passesGate = (
  { gate }: SettledRole,
  { before, action }: Write,
  { ask, scope }: Pick<Context, 'ask' | 'scope'>,
): boolean => {
  const filter = gate?.write
  if (filter === undefined) return true
  if (!ask(filter, scope)) return false
  if (action !== 'update' || namesPrevious(filter)) return true
  return ask(filter, { ...scope, root: before, prevRoot: before })
}

/**
 * What a role has against a write; `undefined` when it allows it. `%%root` is the document after the write, `%%prevRoot`
 * before it; where a document is deleted both are that document.
 */
export const objectionTo = (
  role: SettledRole,
  write: Write,
  { ask, scope: base }: Omit<Context, 'isDelete'>,
): Objection | undefined => {
  const { action, before, after } = write
  const isDelete = action === 'delete'
  const scope = { ...base, root: after ?? before, prevRoot: before }
  const context = { ask, scope, isDelete }
  if (!passesGate(role, write, context)) return { permission: 'document_filters.write' }
  if (isDelete && !ask(role.delete ?? true, scope)) return { permission: 'delete' }
  if (role.write !== undefined) {
    if (!ask(role.write, scope)) return { permission: 'write' }
  } else {
    const documents = { before: before ?? {}, after: after ?? {} }
    const { fields, additional } = role
    const field = objectionOfFields(name => fields.get(name) ?? additional, documents, context)
    if (field !== undefined) return { permission: 'fields', field }
  }
  if (action === 'insert' && !ask(role.insert ?? true, scope)) return { permission: 'insert' }
  return undefined
}
