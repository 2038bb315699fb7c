import { badValue } from '../scope.ts'
import { dayOfYear, isoDayOfWeek, isoWeek, isoWeekYear, weekOfYear } from './calendar.ts'

const padded = (value: number, width: number): string =>
  `${value < 0 ? '-' : ''}${String(Math.abs(value)).padStart(width, '0')}`

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

const offsetText = (offset: number): string => {
  const minutes = Math.abs(offset) / 60_000
  return `${offset < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${padded(minutes % 60, 2)}`
}

type Specifier = (local: Date, offset: number) => string

const specifiers: Readonly<Record<string, Specifier>> = {
  d: local => padded(local.getUTCDate(), 2),
  G: local => padded(isoWeekYear(local), 4),
  H: local => padded(local.getUTCHours(), 2),
  j: local => padded(dayOfYear(local), 3),
  L: local => padded(local.getUTCMilliseconds(), 3),
  m: local => padded(local.getUTCMonth() + 1, 2),
  M: local => padded(local.getUTCMinutes(), 2),
  S: local => padded(local.getUTCSeconds(), 2),
  u: local => String(isoDayOfWeek(local)),
  U: local => padded(weekOfYear(local), 2),
  V: local => padded(isoWeek(local), 2),
  w: local => String(local.getUTCDay() + 1),
  Y: local => padded(local.getUTCFullYear(), 4),
  b: local => (months[local.getUTCMonth()] as string).slice(0, 3),
  B: local => months[local.getUTCMonth()] as string,
  z: (_local, offset) => offsetText(offset),
  Z: (_local, offset) => String(offset / 60_000),
  '%': () => '%',
}

const longestFormat = 4_096

/**
 * What is written by a format is longer than it, and what is read by one becomes a pattern: JavaScript ends the whole
 * process for a very long one.
 *
 * @throws `BadValue`
 */
export const checkFormat = (format: string): void => {
  if (format.length <= longestFormat) return
  throw badValue(`a format must not be longer than ${longestFormat} characters`)
}

/** @throws `BadValue` for an unknown `%` specifier, and for a long format. @see $dateToString in MongoDB's manual. */
export const formatDate = (utc: Date, offset: number, format: string): string => {
  checkFormat(format)
  const local = new Date(utc.getTime() + offset)
  return format.replace(/%([\s\S]?)/g, (_all, letter: string) => {
    const specifier = Object.hasOwn(specifiers, letter) ? specifiers[letter] : undefined
    if (specifier === undefined) {
      throw badValue(`Invalid format character '%${letter}' in format string`)
    }
    return specifier(local, offset)
  })
}

/** As MongoDB writes a date where text is asked for: `2024-01-31T12:00:00.000Z`. */
export const dateToIsoText = (date: Date): string => formatDate(date, 0, '%Y-%m-%dT%H:%M:%S.%LZ')

export const monthNames: readonly string[] = months.map(name => name.toLowerCase())
