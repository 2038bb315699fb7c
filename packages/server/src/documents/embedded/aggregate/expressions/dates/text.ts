import { typeName } from '../../type-name.ts'
import { isNullish, type Operator, type Operators, readNamed, typeMismatch } from '../scope.ts'
import { formatDate } from './format.ts'
import { parseDate, parseIsoDate } from './parse.ts'
import { requireDate } from './parts.ts'
import { readZone } from './zone.ts'

const dateToString: Operator = (operand, compile, name) => {
  const named = readNamed(operand, compile, {
    name,
    needed: ['date'],
    allowed: ['format', 'timezone', 'onNull'],
  })
  return scope => {
    const date = named.date?.(scope)
    if (isNullish(date)) return named.onNull === undefined ? null : named.onNull(scope)
    const zone = named.timezone?.(scope)
    if (named.timezone !== undefined && isNullish(zone)) return null
    const moment = requireDate(date)
    const offset = readZone(zone)(moment.getTime())
    const standard = `%Y-%m-%dT%H:%M:%S.%L${named.timezone === undefined || offset === 0 ? 'Z' : '%z'}`
    const format = named.format === undefined ? standard : named.format(scope)
    if (isNullish(format)) return null
    if (typeof format === 'string') return formatDate(moment, offset, format)
    throw typeMismatch(
      `$dateToString requires that 'format' be a string, found: ${typeName(format)}`,
    )
  }
}

const dateFromString: Operator = (operand, compile, name) => {
  const named = readNamed(operand, compile, {
    name,
    needed: ['dateString'],
    allowed: ['format', 'timezone', 'onError', 'onNull'],
  })
  return scope => {
    const text = named.dateString?.(scope)
    if (isNullish(text)) return named.onNull === undefined ? null : named.onNull(scope)
    const [format, timezone] = [named.format?.(scope), named.timezone?.(scope)]
    if (named.format !== undefined && isNullish(format)) return null
    if (named.timezone !== undefined && isNullish(timezone)) return null
    const zone = named.timezone === undefined ? undefined : readZone(timezone)
    try {
      if (typeof text !== 'string') {
        throw typeMismatch(
          `$dateFromString requires that 'dateString' be a string, found: ${typeName(text)}`,
        )
      }
      return typeof format === 'string' ? parseDate(text, format, zone) : parseIsoDate(text, zone)
    } catch (error) {
      if (named.onError === undefined) throw error
      return named.onError(scope)
    }
  }
}

export const dateTexts: Operators = {
  $dateToString: dateToString,
  $dateFromString: dateFromString,
}
