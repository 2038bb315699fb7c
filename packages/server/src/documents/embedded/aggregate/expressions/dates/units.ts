import { Long } from 'bson'
import { toInteger } from '../../numbers/number.ts'
import { badValue, isNullish, type Operator, type Operators, readNamed } from '../scope.ts'
import { daysInMonth } from './calendar.ts'
import { requireDate } from './parts.ts'
import { fromLocal, readZone, utcTime, type Zone } from './zone.ts'

const fixedUnits = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
} as const

const monthUnits = { year: 12, quarter: 3, month: 1 } as const

type FixedUnit = keyof typeof fixedUnits
type MonthUnit = keyof typeof monthUnits
type Unit = FixedUnit | MonthUnit

const readUnit = (value: unknown, name: string): Unit => {
  if (typeof value === 'string') {
    if (Object.hasOwn(fixedUnits, value) || Object.hasOwn(monthUnits, value)) return value as Unit
  }
  throw badValue(`${name} requires 'unit' to be a valid time unit, found: ${String(value)}`)
}

const isMonthUnit = (unit: Unit): unit is MonthUnit => Object.hasOwn(monthUnits, unit)

const toLocal = (date: Date, zone: Zone): Date => new Date(date.getTime() + zone(date.getTime()))

const startOfDay = { hour: 0, minute: 0, second: 0, millisecond: 0 }

const shifted = (
  date: Date,
  unit: Unit,
  { amount, zone }: { amount: number; zone: Zone },
): Date => {
  if (!isMonthUnit(unit)) {
    if (unit !== 'week' && unit !== 'day')
      return new Date(date.getTime() + amount * fixedUnits[unit])
    return new Date(fromLocal(toLocal(date, zone).getTime() + amount * fixedUnits[unit], zone))
  }
  const local = toLocal(date, zone)
  const months = local.getUTCFullYear() * 12 + local.getUTCMonth() + amount * monthUnits[unit]
  const year = Math.floor(months / 12)
  const month = months - year * 12 + 1
  const moved = utcTime({
    year,
    month,
    day: Math.min(local.getUTCDate(), daysInMonth(year, month)),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    millisecond: local.getUTCMilliseconds(),
  })
  return new Date(fromLocal(moved, zone))
}

const shift =
  (sign: 1 | -1): Operator =>
  (operand, compile, name) => {
    const named = readNamed(operand, compile, {
      name,
      needed: ['startDate', 'unit', 'amount'],
      allowed: ['timezone'],
    })
    return scope => {
      const [start, unit, amount] = [named.startDate, named.unit, named.amount].map(each =>
        each?.(scope),
      )
      const zone = named.timezone?.(scope)
      if (isNullish(start) || isNullish(unit) || isNullish(amount)) return null
      if (named.timezone !== undefined && isNullish(zone)) return null
      const whole = toInteger(amount)
      if (whole === undefined) throw badValue(`${name} expects integer amount of time units`)
      const result = shifted(requireDate(start), readUnit(unit, name), {
        amount: sign * Number(whole),
        zone: readZone(zone),
      })
      if (Number.isNaN(result.getTime())) throw badValue(`${name} overflowed`)
      return result
    }
  }

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

const readWeekday = (value: unknown, name: string): number => {
  if (isNullish(value)) return 0
  const text = typeof value === 'string' ? value.toLowerCase() : ''
  const at = weekdays.findIndex(day => day === text || day.slice(0, 3) === text)
  if (at === -1) throw badValue(`${name} requires 'startOfWeek' to be a day of the week`)
  return at
}

const dayNumber = (local: Date): number => Math.floor(local.getTime() / fixedUnits.day)

const weekNumber = (local: Date, firstDay: number): number =>
  Math.floor((dayNumber(local) + 4 - firstDay) / 7)

const unitsSince1970 = (
  date: Date,
  unit: Unit,
  { zone, firstDay }: { zone: Zone; firstDay: number },
): number => {
  const local = toLocal(date, zone)
  if (isMonthUnit(unit)) {
    const months = local.getUTCFullYear() * 12 + local.getUTCMonth()
    return Math.floor(months / monthUnits[unit])
  }
  if (unit === 'week') return weekNumber(local, firstDay)
  if (unit === 'day') return dayNumber(local)
  return Math.floor(local.getTime() / fixedUnits[unit])
}

const difference: Operator = (operand, compile, name) => {
  const named = readNamed(operand, compile, {
    name,
    needed: ['startDate', 'endDate', 'unit'],
    allowed: ['timezone', 'startOfWeek'],
  })
  return scope => {
    const [start, end, unit] = [named.startDate, named.endDate, named.unit].map(each =>
      each?.(scope),
    )
    const zone = named.timezone?.(scope)
    if (isNullish(start) || isNullish(end) || isNullish(unit)) return null
    if (named.timezone !== undefined && isNullish(zone)) return null
    const options = {
      zone: readZone(zone),
      firstDay: readWeekday(named.startOfWeek?.(scope), name),
    }
    const [from, to] = [start, end].map(date =>
      unitsSince1970(requireDate(date), readUnit(unit, name), options),
    ) as [number, number]
    return Long.fromNumber(to - from)
  }
}

const reference = utcTime({ year: 2000, month: 1, day: 1, ...startOfDay })

type Bin = { readonly size: number; readonly zone: Zone; readonly firstDay: number }

const truncated = (date: Date, unit: Unit, { size, zone, firstDay }: Bin): Date => {
  const local = toLocal(date, zone)
  if (isMonthUnit(unit)) {
    const months = (local.getUTCFullYear() - 2000) * 12 + local.getUTCMonth()
    const step = monthUnits[unit] * size
    const month = Math.floor(months / step) * step
    return new Date(
      fromLocal(utcTime({ year: 2000, month: month + 1, day: 1, ...startOfDay }), zone),
    )
  }
  const step = fixedUnits[unit] * size
  const start = unit === 'week' ? reference + ((firstDay + 1) % 7) * fixedUnits.day : reference
  const floor = start + Math.floor((local.getTime() - start) / step) * step
  const isClockUnit = unit !== 'week' && unit !== 'day'
  return new Date(isClockUnit ? floor - (local.getTime() - date.getTime()) : fromLocal(floor, zone))
}

const truncate: Operator = (operand, compile, name) => {
  const named = readNamed(operand, compile, {
    name,
    needed: ['date', 'unit'],
    allowed: ['binSize', 'timezone', 'startOfWeek'],
  })
  return scope => {
    const [date, unit, zone] = [named.date, named.unit, named.timezone].map(each => each?.(scope))
    const bin = named.binSize === undefined ? 1 : named.binSize(scope)
    if (isNullish(date) || isNullish(unit) || isNullish(bin)) return null
    if (named.timezone !== undefined && isNullish(zone)) return null
    const size = Number(toInteger(bin) ?? 0n)
    if (size < 1) throw badValue(`${name} requires 'binSize' to be greater than 0`)
    return truncated(requireDate(date), readUnit(unit, name), {
      size,
      zone: readZone(zone),
      firstDay: readWeekday(named.startOfWeek?.(scope), name),
    })
  }
}

export const dateUnits: Operators = {
  $dateAdd: shift(1),
  $dateSubtract: shift(-1),
  $dateDiff: difference,
  $dateTrunc: truncate,
}
