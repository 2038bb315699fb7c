import { z } from 'zod'
import type {
  FieldPermission,
  Role,
  RuleExpression,
  RuleFilter,
  RuleSet,
} from '../../domain/data-source.ts'
import type { Fields } from '../fields.ts'
import { anObject, check, complain, fields, inside, type Place } from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import type { Needs, Reading } from '../read/reading.ts'
import { checkExpression } from './expression-check.ts'
import { checkProjection, checkQuery, type ProjectionKind } from './filter-check.ts'

/** Ids that older exports have in every object. */
const ids = ['id', '_id']

/** Reports fields that nothing reads: in rules, a mistyped name opens or closes what it should not. */
export const refuseUnknown = (value: Fields, known: readonly string[], place: Place): void => {
  for (const key of Object.keys(value)) {
    if (known.includes(key) || ids.includes(key)) continue
    complain(inside(place, key), `is no field of this: ${suggest(key, known)}`)
  }
}

const nameRule = { error: 'must be a name of 1 to 100 characters' }
const named = z.looseObject(
  { name: z.string(nameRule).min(1, nameRule).max(100, nameRule) },
  anObject,
)
const list = z.array(z.unknown(), { error: 'must be a list' })

const roleFields = [
  ...['name', 'apply_when', 'document_filters', 'read', 'write', 'insert', 'delete', 'search'],
  ...['fields', 'additional_fields'],
]
const filterFields = ['name', 'apply_when', 'query', 'projection', 'project']

/** Reads the roles and filters of a collection's rules, or of the default rule. */
export const readRuleSet = (content: Fields, place: Place, reading: Reading): RuleSet => {
  const roles = readList(content.roles, inside(place, 'roles'), (value, at) =>
    readRole(value, at, reading.needs),
  )
  const filters = readList(content.filters, inside(place, 'filters'), (value, at) =>
    readFilter(value, at, reading),
  )
  refuseMixed(filters, inside(place, 'filters'))
  return { roles, filters: filters.map(({ filter }) => filter) }
}

const readList = <T>(
  given: unknown,
  place: Place,
  read: (value: Fields & { readonly name: string }, place: Place) => T | undefined,
): T[] => {
  const names = new Set<string>()
  return (check(list, given ?? [], place) ?? []).flatMap((item, index) => {
    const at = inside(place, index)
    const value = check(named, item, at)
    if (!value) return []
    if (names.has(value.name)) {
      complain(inside(at, 'name'), `is "${value.name}" a second time: names are unique`)
    }
    names.add(value.name)
    const result = read(value, at)
    return result === undefined ? [] : [result]
  })
}

const readRole = (role: Fields & { readonly name: string }, place: Place, needs: Needs): Role => {
  refuseUnknown(role, roleFields, place)
  const expressions = (value: Fields, keys: readonly string[], at: Place): Fields =>
    readExpressions(value, keys, at, needs)
  const part = (key: string): Fields | undefined => {
    if (role[key] == null) return undefined
    const at = inside(place, key)
    const value = check(fields, role[key], at)
    if (value) refuseUnknown(value, ['read', 'write'], at)
    return value && expressions(value, ['read', 'write'], at)
  }
  const { apply_when = {}, ...said } = expressions(
    role,
    ['apply_when', 'read', 'write', 'insert', 'delete', 'search'],
    place,
  )
  const documentFilters = part('document_filters')
  const additionalFields = part('additional_fields')
  const named = readFields(role.fields, inside(place, 'fields'), needs)
  return {
    name: role.name,
    applyWhen: apply_when,
    ...said,
    ...(documentFilters && { documentFilters }),
    ...(named && { fields: named }),
    ...(additionalFields && { additionalFields }),
  }
}

/** The expressions among the members, those left out that say nothing; `null` says nothing but of whom a role is for. */
const readExpressions = (
  value: Fields,
  keys: readonly string[],
  place: Place,
  needs: Needs,
): Record<string, RuleExpression> => {
  const said = keys.filter(key => value[key] != null || (key === 'apply_when' && key in value))
  for (const key of said) {
    checkExpression(value[key], inside(place, key), { needs, aboutDocuments: true })
  }
  return Object.fromEntries(said.map(key => [key, value[key]]))
}

const mostDepth = 40

const readFields = (
  given: unknown,
  place: Place,
  needs: Needs,
  depth = 0,
): Record<string, FieldPermission> | undefined => {
  if (given === undefined || given === null) return undefined
  if (depth === mostDepth) {
    complain(place, `is nested deeper than ${mostDepth}`)
    return undefined
  }
  const named = check(fields, given, place)
  if (!named) return undefined
  return Object.fromEntries(
    Object.entries(named).map(([name, permission]) => {
      const at = inside(place, name)
      const value = check(fields, permission, at)
      if (!value) return [name, {}]
      refuseUnknown(value, ['read', 'write', 'fields'], at)
      const below = readFields(value.fields, inside(at, 'fields'), needs, depth + 1)
      const said = readExpressions(value, ['read', 'write'], at, needs)
      return [name, { ...said, ...(below && { fields: below }) }]
    }),
  )
}

type ReadFilter = { readonly filter: RuleFilter; readonly kind: ProjectionKind }

const readFilter = (
  value: Fields & { readonly name: string },
  place: Place,
  { needs, notes }: Reading,
): ReadFilter => {
  refuseUnknown(value, filterFields, place)
  const context = { needs, aboutDocuments: false }
  const { apply_when: applyWhen = {} } = value
  checkExpression(applyWhen, inside(place, 'apply_when'), context)
  const query = check(fields, value.query ?? {}, inside(place, 'query')) ?? {}
  checkQuery(query, inside(place, 'query'), context)
  if (value.project != null) {
    const { file, field } = inside(place, 'project')
    notes.advice.push(`${file}: ${field} is read as "projection", which is its name`)
  }
  const key = value.projection == null && value.project != null ? 'project' : 'projection'
  const at = inside(place, key)
  const projection = check(fields, value[key] ?? {}, at) ?? {}
  const kind = checkProjection(projection, at)
  return { filter: { name: value.name, applyWhen, query, projection }, kind }
}

const appliesAlways = ({ filter: { applyWhen } }: ReadFilter): boolean =>
  applyWhen === true ||
  (typeof applyWhen === 'object' && applyWhen !== null && Object.keys(applyWhen).length === 0)

/** Filters that always apply together have one projection in the end. */
const refuseMixed = (filters: readonly ReadFilter[], place: Place): void => {
  const always = filters.filter(filter => appliesAlways(filter) && filter.kind !== undefined)
  const [first] = always
  const other = always.find(({ kind }) => kind !== first?.kind)
  if (first && other) {
    complain(
      place,
      `"${first.filter.name}" ${first.kind} fields and "${other.filter.name}" ${other.kind} some: both always apply, so no query would be answered`,
    )
  }
}
