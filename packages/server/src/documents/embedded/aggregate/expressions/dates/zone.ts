import { typeName } from '../../type-name.ts'
import { badValue, isNullish, typeMismatch } from '../scope.ts'

/** A time zone: by how many milliseconds its clocks are ahead of UTC at a moment. */
export type Zone = (utc: number) => number

const minute = 60_000

/** By name in small letters: each takes memory that nobody measures, and the same name may be spelt in many ways. */
const zones = new Map<string, Zone>()

export const utc: Zone = () => 0

/** @throws `BadValue` for an unknown zone; `TypeMismatch` for what is no text. */
export const readZone = (value: unknown): Zone => {
  if (isNullish(value)) return utc
  if (typeof value !== 'string') {
    throw typeMismatch(`timezone must evaluate to a string, found ${typeName(value)}`)
  }
  return fixedZone(value) ?? namedZone(value)
}

const fixedZone = (text: string): Zone | undefined => {
  if (['UTC', 'GMT', 'Z'].includes(text)) return utc
  const parts = /^([+-])(\d{2}):?(\d{2})?$/.exec(text)
  if (parts === null) return undefined
  const [, sign, hours, minutes = '0'] = parts
  const offset = (Number(hours) * 60 + Number(minutes)) * minute * (sign === '-' ? -1 : 1)
  return () => offset
}

const namedZone = (text: string): Zone => {
  const name = text.toLowerCase()
  const zone = zones.get(name) ?? openZone(name, text)
  zones.set(name, zone)
  return zone
}

const openZone = (name: string, text: string): Zone => {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
    return moment => offsetBy(format, moment)
  } catch {
    throw badValue(`unrecognized time zone identifier: "${text}"`)
  }
}

const offsetBy = (format: Intl.DateTimeFormat, moment: number): number => {
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  const local = utcTime({
    year,
    month: number('month'),
    day: number('day'),
    hour: number('hour'),
    minute: number('minute'),
    second: number('second'),
  })
  return local - Math.floor(moment / 1000) * 1000
}

export type Clock = {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond?: number
}

/** Milliseconds since 1970 of a clock that shows UTC; fields may be out of range and carry over. */
export const utcTime = (clock: Clock): number => {
  const date = new Date(0)
  date.setUTCFullYear(clock.year, clock.month - 1, clock.day)
  date.setUTCHours(clock.hour, clock.minute, clock.second, clock.millisecond ?? 0)
  return date.getTime()
}

/** The moment at which clocks of the zone show a time, given as if it were UTC. */
export const fromLocal = (local: number, zone: Zone): number => {
  const guess = local - zone(local)
  return local - zone(guess)
}
