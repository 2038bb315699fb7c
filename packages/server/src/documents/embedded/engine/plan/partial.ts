import type { Document } from 'bson'
import { equalValues, typeName } from '../../values/compare.ts'
import { conjuncts, isOperators } from './conditions.ts'

const operatorsOf = (demand: unknown): Document => (isOperators(demand) ? demand : { $eq: demand })

const provesPresence = (operator: string, value: unknown): boolean => {
  if (operator === '$exists') return value === true || value === 1
  if (operator === '$eq' || operator === '$gt' || operator === '$gte') {
    return !['null', 'undefined', 'missing'].includes(typeName(value))
  }
  return operator === '$lt' || operator === '$type'
}

const isOfType = (value: unknown, wanted: unknown): boolean => {
  const type = typeName(value)
  const names: readonly unknown[] = Array.isArray(wanted) ? wanted : [wanted]
  return names.includes(type)
}

const proves = (asked: Document, operator: string, value: unknown): boolean =>
  Object.entries(asked).some(([known, knownValue]) => {
    if (known === operator && equalValues(knownValue, value)) return true
    if (operator === '$exists' && (value === true || value === 1)) {
      return provesPresence(known, knownValue)
    }
    return operator === '$type' && known === '$eq' && isOfType(knownValue, value)
  })

/** True when every document that `filter` can match is one that the partial index holds. */
export const isCovered = (filter: Document, partial: Document | undefined): boolean => {
  if (partial === undefined) return true
  const known = conjuncts(filter)
  const wanted = conjuncts(partial)
  const isPlain = Object.keys(partial).every(field => field === '$and' || !field.startsWith('$'))
  return (
    isPlain &&
    wanted.every(([field, demand]) =>
      Object.entries(operatorsOf(demand)).every(([operator, value]) =>
        known.some(
          ([name, asked]) => name === field && proves(operatorsOf(asked), operator, value),
        ),
      ),
    )
  )
}
