import { findConversion } from '../../data/expressions/conversion.ts'
import { isExpansion } from '../../data/expressions/expansion.ts'
import { isFields } from '../fields.ts'
import { complain, inside, type Place } from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import { checkExpansion, type ExpansionContext } from './expansion-check.ts'
import { checkExpression, isTypedValue } from './expression-check.ts'

const mostDepth = 40

/** MongoDB's query operators; which of them an engine offers, it says when it is asked. */
const operators = [
  ...['$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin', '$and', '$or', '$nor', '$not'],
  ...['$exists', '$type', '$mod', '$regex', '$options', '$text', '$expr', '$jsonSchema', '$all'],
  ...['$elemMatch', '$size', '$bitsAllClear', '$bitsAllSet', '$bitsAnyClear', '$bitsAnySet'],
  ...['$geoIntersects', '$geoWithin', '$near', '$nearSphere', '$geometry', '$maxDistance'],
  ...['$minDistance', '$box', '$center', '$centerSphere', '$polygon', '$search', '$language'],
  ...['$caseSensitive', '$diacriticSensitive', '$comment'],
]

/** Languages of their own, checked by the engine. */
const foreign = ['$expr', '$jsonSchema']

/** Reports what in the query of a filter can never be meant. */
export const checkQuery = (
  query: unknown,
  place: Place,
  context: ExpansionContext,
  depth = 0,
): void => {
  if (typeof query === 'string') {
    if (isExpansion(query)) checkExpansion(query, place, context)
    return
  }
  if (typeof query !== 'object' || query === null) return
  if (depth === mostDepth) {
    complain(place, `is nested deeper than ${mostDepth}`)
    return
  }
  for (const [key, value] of Object.entries(query)) {
    const at = inside(place, Array.isArray(query) ? Number(key) : key)
    if (isTypedValue(key) || foreign.includes(key)) continue
    if (key === '%function') checkExpression({ [key]: value }, place, context)
    else if (key === '$where') complain(at, 'runs JavaScript, which is served nowhere')
    else if (isUnknown(key)) complain(at, `is no operator: ${suggest(key, operators)}`)
    else {
      if (isExpansion(key)) checkExpansion(key, at, context)
      checkQuery(value, at, context, depth + 1)
    }
  }
}

const isUnknown = (key: string): boolean => {
  if (key.startsWith('$')) return !operators.includes(key)
  return key.startsWith('%') && !isExpansion(key) && !findConversion(key)
}

/** Whether a projection names what is shown or what is hidden; `undefined` when it says neither. */
export type ProjectionKind = 'shows' | 'hides' | undefined

/** Reports what a projection of a filter cannot say. Gives its kind. */
export const checkProjection = (
  projection: Readonly<Record<string, unknown>>,
  place: Place,
): ProjectionKind => {
  const said: { kind: 'shows' | 'hides'; field: string }[] = []
  for (const [field, value] of Object.entries(projection)) {
    const number = typeof value === 'boolean' ? Number(value) : toNumber(value)
    if (number === undefined) {
      if (!isFields(value)) complain(inside(place, field), 'must be 1 (shown) or 0 (hidden)')
    } else if (field !== '_id') said.push({ kind: number === 0 ? 'hides' : 'shows', field })
  }
  const [first] = said
  const other = said.find(({ kind }) => kind !== first?.kind)
  if (first && other) {
    complain(
      place,
      `${first.kind} "${first.field}" and ${other.kind} "${other.field}": it names what is shown or what is hidden, not both`,
    )
  }
  return first?.kind
}

const toNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  const [[type, text] = []] = isFields(value) ? Object.entries(value) : []
  return type !== undefined && /^\$number(?:Int|Long|Double)$/.test(type) ? Number(text) : undefined
}
