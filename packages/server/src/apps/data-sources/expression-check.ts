import { findComparison } from '../../data/expressions/comparison.ts'
import { findConversion } from '../../data/expressions/conversion.ts'
import { isExpansion } from '../../data/expressions/expansion.ts'
import { type Fields, isFields } from '../fields.ts'
import { complain, inside, type Place } from '../read/check.ts'
import { suggest } from '../read/nearest.ts'
import { needFunction } from '../read/reading.ts'
import { checkExpansion, type ExpansionContext } from './expansion-check.ts'

const mostDepth = 40

const comparisons = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'nin', 'exists']
const conversions = ['%stringToOid', '%oidToString', '%stringToUuid', '%uuidToString']
const logical = ['and', 'or', 'not']

const operators = [
  ...[...comparisons, ...logical].flatMap(name => [`%${name}`, `$${name}`]),
  ...conversions,
  '%function',
]

const isLogical = (key: string): boolean => /^[%$](?:and|or|not)$/.test(key)

/** Extended JSON of one value. */
export const isTypedValue = (key: string): boolean =>
  /^\$(?:oid|date|uuid|binary|number(?:Int|Long|Double|Decimal)|regularExpression|timestamp|minKey|maxKey|undefined)$/.test(
    key,
  )

const rule = 'must be a rule expression: true, false or an object'

/**
 * Reports what in a rule expression can never be meant: operators and `%%` names that do not exist, and functions
 * and values that the app does not have.
 */
export const checkExpression = (
  expression: unknown,
  place: Place,
  context: ExpansionContext,
): void => checkAt(expression, place, { ...context, depth: 0 })

type Context = ExpansionContext & { readonly depth: number }

const deeper = (context: Context, place: Place): Context | undefined => {
  if (context.depth < mostDepth) return { ...context, depth: context.depth + 1 }
  complain(place, `is nested deeper than ${mostDepth}`)
  return undefined
}

const checkAt = (expression: unknown, place: Place, context: Context): void => {
  if (typeof expression === 'boolean') return
  if (typeof expression === 'string' && isExpansion(expression)) {
    checkExpansion(expression, place, context)
  } else if (isFields(expression)) {
    const below = deeper(context, place)
    if (!below) return
    for (const [key, value] of Object.entries(expression)) {
      checkField([key, value], inside(place, key), below)
    }
  } else complain(place, rule)
}

const checkField = ([key, value]: [string, unknown], at: Place, context: Context): void => {
  if (isLogical(key)) {
    for (const [item, place] of items(value, at)) checkAt(item, place, context)
    return
  }
  if (key === '%function') {
    checkCall(value, at, context)
    return
  }
  if (isExpansion(key)) checkExpansion(key, at, context)
  else if (/^[%$]/.test(key)) {
    const isKnown = operators.includes(key)
    complain(
      at,
      isKnown
        ? 'compares nothing: it stands inside the field that is compared'
        : `is no operator: ${suggest(key, operators)}`,
    )
    return
  } else if (!context.aboutDocuments) {
    complain(at, 'is a field of documents: a filter is asked before they are read')
  }
  checkValue(value, at, context)
}

/** A value as it stands in an expression: compared with, or made of operators and expansions. */
export const checkValue = (value: unknown, place: Place, context: Context): void => {
  if (typeof value === 'string') {
    if (isExpansion(value)) checkExpansion(value, place, context)
    return
  }
  const below = typeof value === 'object' && value !== null ? deeper(context, place) : undefined
  if (!below) return
  if (Array.isArray(value)) {
    for (const [item, at] of items(value, place)) checkValue(item, at, below)
    return
  }
  for (const [key, inner] of Object.entries(value as Fields)) {
    if (!isTypedValue(key)) checkMember([key, inner], inside(place, key), below)
  }
}

const checkMember = ([key, value]: [string, unknown], at: Place, context: Context): void => {
  if (key === '%function') checkCall(value, at, context)
  else if (findConversion(key)) {
    if (typeof value === 'string') checkValue(value, at, context)
    else complain(at, 'must be a text or an expansion: it cannot take another operator')
  } else if (isExpansion(key)) {
    checkExpansion(key, at, context)
    checkValue(value, at, context)
  } else if (isLogical(key) || findComparison(key) || !/^[%$]/.test(key)) {
    checkValue(value, at, context)
  } else complain(at, `is no operator: ${suggest(key, operators)}`)
}

const checkCall = (call: unknown, place: Place, context: Context): void => {
  const { name, arguments: args = [] } = isFields(call) ? call : {}
  if (typeof name !== 'string' || !Array.isArray(args)) {
    complain(place, 'must be { "name": "<function>", "arguments": [...] }')
    return
  }
  needFunction(context.needs, name, inside(place, 'name'))
  checkValue(args, inside(place, 'arguments'), context)
}

const items = (value: unknown, place: Place): [unknown, Place][] =>
  Array.isArray(value) ? value.map((item, index) => [item, inside(place, index)]) : [[value, place]]
