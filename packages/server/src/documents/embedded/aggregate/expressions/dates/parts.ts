import { Int32, Long, ObjectId, Timestamp } from 'bson'
import { isObject } from '../../../values/types.ts'
import { typeName } from '../../type-name.ts'
import { requireWhole } from '../arrays.ts'
import {
  badValue,
  type Compile,
  type Expression,
  isNullish,
  isTruthy,
  type Operator,
  type Operators,
  readNamed,
  type Scope,
  typeMismatch,
} from '../scope.ts'
import {
  dayOfYear,
  isoDayOfWeek,
  isoWeek,
  isoWeekStart,
  isoWeekYear,
  weekOfYear,
} from './calendar.ts'
import { fromLocal, readZone, utcTime } from './zone.ts'

/** The moment that a date, an ObjectId or a timestamp stands for. @throws `TypeMismatch` */
export const requireDate = (value: unknown): Date => {
  if (value instanceof Date) return value
  if (value instanceof ObjectId) return value.getTimestamp()
  if (value instanceof Timestamp) return new Date(value.t * 1000)
  throw typeMismatch(`can't convert from BSON type ${typeName(value)} to Date`)
}

const part =
  (read: (local: Date) => number | Long): Operator =>
  (operand, compile, name) => {
    const single = Array.isArray(operand) && operand.length === 1 ? operand[0] : operand
    const named = isObject(single) && Object.hasOwn(single, 'date') ? single : { date: single }
    const { date, timezone } = readNamed(named, compile, {
      name,
      needed: ['date'],
      allowed: ['timezone'],
    })
    return scope => {
      const value = date?.(scope)
      const zone = timezone?.(scope)
      if (isNullish(value) || (timezone !== undefined && isNullish(zone))) return null
      const moment = requireDate(value).getTime()
      const result = read(new Date(moment + readZone(zone)(moment)))
      return typeof result === 'number' ? new Int32(result) : result
    }
  }

const timestampPart =
  (read: (value: Timestamp) => number): Operator =>
  (operand, compile, name) => {
    const argument = compile(Array.isArray(operand) ? operand[0] : operand)
    return scope => {
      const value = argument(scope)
      if (isNullish(value)) return null
      if (value instanceof Timestamp) return Long.fromNumber(read(value))
      throw typeMismatch(`Argument to ${name} must be a timestamp, but is ${typeName(value)}`)
    }
  }

const toParts: Operator = (operand, compile, name) => {
  const { date, timezone, iso8601 } = readNamed(operand, compile, {
    name,
    needed: ['date'],
    allowed: ['timezone', 'iso8601'],
  })
  return scope => {
    const value = date?.(scope)
    const zone = timezone?.(scope)
    if (isNullish(value) || (timezone !== undefined && isNullish(zone))) return null
    const moment = requireDate(value).getTime()
    const local = new Date(moment + readZone(zone)(moment))
    const parts = isTruthy(iso8601?.(scope))
      ? {
          isoWeekYear: isoWeekYear(local),
          isoWeek: isoWeek(local),
          isoDayOfWeek: isoDayOfWeek(local),
        }
      : { year: local.getUTCFullYear(), month: local.getUTCMonth() + 1, day: local.getUTCDate() }
    const clock = {
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      second: local.getUTCSeconds(),
      millisecond: local.getUTCMilliseconds(),
    }
    return Object.fromEntries(
      Object.entries({ ...parts, ...clock }).map(([key, number]) => [key, new Int32(number)]),
    )
  }
}

const partNames = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'millisecond',
  'isoWeekYear',
  'isoWeek',
  'isoDayOfWeek',
]

type Parts = Readonly<Record<string, Expression | undefined>>

/** `undefined` when a part is null. */
const readParts = (parts: Parts, scope: Scope): Record<string, number> | undefined => {
  const values: Record<string, number> = {}
  for (const name of partNames) {
    const part = parts[name]
    if (part === undefined) continue
    const value = part(scope)
    if (isNullish(value)) return undefined
    values[name] = requireWhole(value, `'${name}'`)
  }
  return values
}

const fromParts: Operator = (operand, compile: Compile, name) => {
  const parts = readNamed(operand, compile, {
    name,
    needed: [],
    allowed: [...partNames, 'timezone'],
  })
  if (parts.year === undefined && parts.isoWeekYear === undefined) {
    throw badValue("$dateFromParts requires either 'year' or 'isoWeekYear' to be present")
  }
  return scope => {
    const zone = parts.timezone?.(scope)
    const values = readParts(parts, scope)
    if (values === undefined || (parts.timezone !== undefined && isNullish(zone))) return null
    const { hour = 0, minute = 0, second = 0, millisecond = 0 } = values
    const clock = { hour, minute, second, millisecond }
    const local =
      values.isoWeekYear === undefined
        ? utcTime({
            year: values.year as number,
            month: values.month ?? 1,
            day: values.day ?? 1,
            ...clock,
          })
        : isoWeekStart(values.isoWeekYear, values.isoWeek ?? 1) +
          utcTime({ year: 1970, month: 1, day: values.isoDayOfWeek ?? 1, ...clock })
    return new Date(fromLocal(local, readZone(zone)))
  }
}

export const dateParts: Operators = {
  $year: part(local => local.getUTCFullYear()),
  $month: part(local => local.getUTCMonth() + 1),
  $dayOfMonth: part(local => local.getUTCDate()),
  $hour: part(local => local.getUTCHours()),
  $minute: part(local => local.getUTCMinutes()),
  $second: part(local => local.getUTCSeconds()),
  $millisecond: part(local => local.getUTCMilliseconds()),
  $dayOfYear: part(dayOfYear),
  $dayOfWeek: part(local => local.getUTCDay() + 1),
  $week: part(weekOfYear),
  $isoWeek: part(isoWeek),
  $isoWeekYear: part(local => Long.fromNumber(isoWeekYear(local))),
  $isoDayOfWeek: part(isoDayOfWeek),
  $dateToParts: toParts,
  $dateFromParts: fromParts,
  $tsSecond: timestampPart(value => value.t),
  $tsIncrement: timestampPart(value => value.i),
}
