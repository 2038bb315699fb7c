import { badValue } from '../scope.ts'
import { daysInMonth, isoWeekStart } from './calendar.ts'
import { checkFormat, monthNames } from './format.ts'
import { fromLocal, readZone, utcTime, type Zone } from './zone.ts'

const iso =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[+-]\d{2}:?(?:\d{2})?|UTC|GMT)?$/i

const unreadable = (text: string): Error =>
  badValue(`Error parsing date string '${text}'; it is in no format that is understood`)

type Parts = Partial<
  Record<'Y' | 'm' | 'd' | 'H' | 'M' | 'S' | 'L' | 'j' | 'G' | 'V' | 'u', number>
> & { offset?: number }

/** Reads ISO 8601 dates, with `T` or a space, with any or no time, offset or `Z`. @throws `BadValue` */
export const parseIsoDate = (text: string, zone: Zone | undefined): Date => {
  const match = iso.exec(text.trim())
  if (match === null) throw unreadable(text)
  const [, Y, m, d, H = '0', M = '0', S = '0', fraction = '', offset] = match
  return fromParts(
    {
      Y: Number(Y),
      m: Number(m),
      d: Number(d),
      H: Number(H),
      M: Number(M),
      S: Number(S),
      L: Number(fraction.padEnd(3, '0').slice(0, 3)),
      ...(offset === undefined ? {} : { offset: readZone(offset.toUpperCase())(0) }),
    },
    zone,
    text,
  )
}

const numbers: Readonly<Record<string, string>> = {
  Y: '\\d{4}',
  G: '\\d{4}',
  m: '\\d{1,2}',
  d: '\\d{1,2}',
  H: '\\d{1,2}',
  M: '\\d{1,2}',
  S: '\\d{1,2}',
  L: '\\d{1,3}',
  j: '\\d{1,3}',
  V: '\\d{1,2}',
  u: '\\d',
}

/** Reads a date by `$dateFromString`'s `%` format. @throws `BadValue` */
export const parseDate = (text: string, format: string, zone: Zone | undefined): Date => {
  checkFormat(format)
  const order: string[] = []
  const pattern = format.replace(/%([\s\S]?)|[.*+?^${}()|[\]\\]/g, (all, letter?: string) => {
    if (letter === undefined) return `\\${all}`
    if (letter === '%') return '%'
    order.push(letter)
    if (letter === 'z') return '([+-]\\d{2}:?\\d{2}|Z)'
    if (letter === 'Z') return '([+-]\\d{1,4})'
    if (letter === 'b' || letter === 'B') return '([A-Za-z]+)'
    if (Object.hasOwn(numbers, letter)) return `(${numbers[letter]})`
    throw badValue(`Invalid format character '%${letter}' in format string`)
  })
  const match = new RegExp(`^${pattern}$`).exec(text)
  if (match === null) throw unreadable(text)
  const parts: Parts = {}
  for (const [at, letter] of order.entries()) {
    const found = match[at + 1] as string
    if (letter === 'z') parts.offset = readZone(found)(0)
    else if (letter === 'Z') parts.offset = Number(found) * 60_000
    else if (letter === 'b' || letter === 'B') parts.m = monthNumber(found, text)
    else parts[letter as 'Y'] = Number(found)
  }
  return fromParts(parts, zone, text)
}

const monthNumber = (name: string, text: string): number => {
  const lower = name.toLowerCase()
  const at = monthNames.findIndex(month => month === lower || month.slice(0, 3) === lower)
  if (at === -1) throw unreadable(text)
  return at + 1
}

const fromParts = (parts: Parts, zone: Zone | undefined, text: string): Date => {
  const { H = 0, M = 0, S = 0, L = 0, offset } = parts
  if (H > 24 || M > 59 || S > 59) throw unreadable(text)
  const time = ((H * 60 + M) * 60 + S) * 1000 + L
  const local = dayStart(parts, text) + time
  if (offset === undefined) return new Date(zone === undefined ? local : fromLocal(local, zone))
  if (zone !== undefined) {
    throw badValue(
      `you cannot pass in a date/time string with time zone information ('${text}') together with a timezone argument`,
    )
  }
  return new Date(local - offset)
}

const dayStart = (parts: Parts, text: string): number => {
  const clock = { hour: 0, minute: 0, second: 0 }
  if (parts.G !== undefined) {
    return isoWeekStart(parts.G, parts.V ?? 1) + ((parts.u ?? 1) - 1) * 86_400_000
  }
  if (parts.Y === undefined) throw unreadable(text)
  if (parts.j !== undefined) return utcTime({ year: parts.Y, month: 1, day: parts.j, ...clock })
  const { Y: year, m: month = 1, d: day = 1 } = parts
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) throw unreadable(text)
  return utcTime({ year, month, day, ...clock })
}
