import type { Document } from 'bson'
import type { Pair, SettledField, SettledRole } from './settle.ts'

/** What is certain before any document is looked at. */
export type Certainty = 'all' | 'none' | 'each'

const or = (left: unknown, right: unknown): unknown => {
  if (left === true || right === true) return true
  return left === false && right === false ? false : undefined
}

/** Whether the document filters of a role let documents be read. */
const gateForReading = ({ gate }: SettledRole): unknown =>
  gate === undefined ? true : or(gate.read ?? true, gate.write ?? true)

const isDenied = (settled: unknown): boolean => settled === undefined || settled === false

const hidesField = ({ read, write, fields }: SettledField): boolean =>
  isDenied(read) &&
  isDenied(write) &&
  (read === false || fields === undefined || [...fields.values()].every(hidesField))

const hidesFields = ({ fields, additional }: SettledRole): boolean =>
  hidesField(additional) && [...fields.values()].every(hidesField)

const readsOf = (role: SettledRole, isSearch: boolean): Certainty => {
  const gate = gateForReading(role)
  const { read, write, search } = role
  if (gate === false || (isSearch && isDenied(search))) return 'none'
  if (isDenied(read) && isDenied(write) && (read === false || hidesFields(role))) return 'none'
  const isWhole = read === true || write === true
  return isWhole && gate === true && (!isSearch || search === true) ? 'all' : 'each'
}

const join = (roles: readonly SettledRole[], of: (role: SettledRole) => Certainty): Certainty => {
  const kinds = new Set(roles.map(of))
  const isCertain = roles.at(-1)?.applyWhen === true
  if (kinds.size === 0 || (kinds.size === 1 && kinds.has('none'))) return 'none'
  return kinds.size === 1 && kinds.has('all') && isCertain ? 'all' : 'each'
}

/** Which documents are read whole, whatever they are. */
export const readsOfRoles = (roles: readonly SettledRole[], isSearch: boolean): Certainty =>
  join(roles, role => readsOf(role, isSearch))

const writesOf = ({
  gate,
  write,
  insert,
  delete: remove,
  fields,
  additional,
}: SettledRole): Certainty => {
  const isOpen = (settled: unknown): boolean => settled === undefined || settled === true
  if (gate?.write === false || write === false) return 'none'
  if (write === undefined && fields.size === 0 && isDenied(additional.write)) return 'none'
  const isAll = write === true && isOpen(gate?.write) && isOpen(insert) && isOpen(remove)
  return isAll ? 'all' : 'each'
}

/** Which documents may be written in every way, whatever they are. */
export const writesOfRoles = (roles: readonly SettledRole[]): Certainty => join(roles, writesOf)

const isShown = ({ read, write }: Pair): boolean => read === true || write === true

const showsField = (role: SettledRole, name: string): boolean => {
  if (role.read !== undefined || role.write === true) return true
  const permission = role.fields.get(name) ?? role.additional
  return isShown(role.write === undefined ? permission : { read: permission.read, write: false })
}

const keeps = (projection: Document | undefined, name: string): boolean => {
  if (projection === undefined) return true
  const isOn = (value: unknown): boolean =>
    value === true || (value !== false && Number(value) !== 0)
  const entries = Object.entries(projection)
  const isInclusive = entries.some(([key, value]) => key !== '_id' && isOn(value))
  if (isInclusive) return Object.hasOwn(projection, name) ? isOn(projection[name]) : name === '_id'
  return !entries.some(([key]) => key === name || key.startsWith(`${name}.`))
}

/** True for a top-level field that is seen, whole, in every document that is seen at all. */
export const isFieldAlwaysVisible = (
  roles: readonly SettledRole[],
  projection: Document | undefined,
  name: string,
): boolean => keeps(projection, name) && roles.every(role => showsField(role, name))
