import type { Document } from 'bson'
import { setField } from '../../documents/embedded/values/path.ts'
import { isObject } from '../../documents/embedded/values/types.ts'
import type { Scope } from '../expressions/expansion.ts'
import type { Ask } from './ask.ts'
import type { SettledField, SettledRole } from './settle.ts'

export type Reading = {
  readonly ask: Ask
  /** What `%%` names stand for, without the document. */
  readonly scope: Scope
  /** True for a read through a search index. */
  readonly isSearch: boolean
}

const findRole = (
  roles: readonly SettledRole[],
  ask: Ask,
  withDocument: Scope,
): SettledRole | undefined => {
  for (const role of roles) {
    if (role.applyWhen === true || ask(role.applyWhen, withDocument)) return role
  }
  return undefined
}

/** The first role that applies to a document; `undefined` when none does. */
export const chooseRole = (
  roles: readonly SettledRole[],
  document: Document,
  { ask, scope }: Pick<Reading, 'ask' | 'scope'>,
): SettledRole | undefined => findRole(roles, ask, { ...scope, root: document })

/** Scopes of one document: permissions to write are asked as if it were written as it is. */
type Scopes = { readonly ask: Ask; readonly reading: Scope; readonly writing: Scope }

const seeInside = (
  fields: ReadonlyMap<string, SettledField>,
  value: unknown,
  { scopes, mayWrite }: { readonly scopes: Scopes; readonly mayWrite: boolean },
): unknown => {
  if (Array.isArray(value)) {
    const seen = value
      .map(item => seeInside(fields, item, { scopes, mayWrite }))
      .filter(item => item !== undefined)
    return seen.length === 0 ? undefined : seen
  }
  if (!isObject(value)) return undefined
  return seeFields(value, name => fields.get(name), { scopes, mayWrite })
}

const seeField = (
  { read, write, fields }: SettledField,
  value: unknown,
  { scopes, mayWrite }: { readonly scopes: Scopes; readonly mayWrite: boolean },
): unknown => {
  const { ask, reading, writing } = scopes
  if (read === true || (mayWrite && write === true)) return value
  if (read !== undefined && ask(read, { ...reading, this: value })) return value
  const isWritable =
    mayWrite && write !== undefined && ask(write, { ...writing, this: value, prev: value })
  if (isWritable) return value
  if (read !== undefined || fields === undefined) return undefined
  return seeInside(fields, value, { scopes, mayWrite: mayWrite && write === undefined })
}

const seeFields = (
  document: Document,
  permissionOf: (name: string) => SettledField | undefined,
  context: { readonly scopes: Scopes; readonly mayWrite: boolean },
): Document | undefined => {
  const seen: Document = {}
  let isEmpty = true
  for (const name of Object.keys(document)) {
    const permission = permissionOf(name)
    const value = permission && seeField(permission, document[name], context)
    if (value === undefined) continue
    setField(seen, name, value)
    isEmpty = false
  }
  return isEmpty ? undefined : seen
}

/** True when a role's document filters let permissions be asked at all. A filter that is not there does. */
const passesGate = ({ gate }: SettledRole, { ask, reading, writing }: Scopes): boolean =>
  gate === undefined || ask(gate.read ?? true, reading) || ask(gate.write ?? true, writing)

/** As much of a document as the first role that applies lets see; `undefined` when that is nothing. */
export const seeThrough = (
  roles: readonly SettledRole[],
  document: Document,
  { ask, scope, isSearch }: Reading,
): Document | undefined => {
  const reading = { ...scope, root: document }
  const role = findRole(roles, ask, reading)
  if (role === undefined || (isSearch && !ask(role.search, reading))) return undefined
  const { read, write, fields, additional, gate } = role
  if (read === true && gate === undefined) return document
  const scopes = { ask, reading, writing: { ...reading, prevRoot: document } }
  if (!passesGate(role, scopes)) return undefined
  if (read !== undefined && ask(read, reading)) return document
  if (write !== undefined && ask(write, scopes.writing)) return document
  if (read !== undefined) return undefined
  return seeFields(document, name => fields.get(name) ?? additional, {
    scopes,
    mayWrite: write === undefined,
  })
}
