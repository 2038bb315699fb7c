import { BSONRegExp, Code } from 'bson'
import { AppError } from '../../../errors.ts'

/** One field on the way through a value. */
export type Step = {
  readonly name: string
  readonly value: unknown
  /** `query.name.$in.0` */
  readonly path: string
}

export type Visit = {
  /** Told each field of each document. False: what is in it is not looked at, but for its depth. */
  field?(step: Step): boolean
  /** Told each value that has no fields, with its path. */
  leaf?(value: unknown, path: string): void
}

/** MongoDB's own limit of nesting. */
const mostLevels = 100
const longestPath = 200

const shorten = (path: string): string =>
  path.length > longestPath ? `${path.slice(0, longestPath)}…` : path

/** The refusal of a part of what somebody sent. */
export const wrongPart = (path: string, detail: string): AppError =>
  new AppError('fieldInvalid', { detail: `'${shorten(path)}' ${detail}` })

const isContainer = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value)))

/**
 * Visits everything inside a value.
 *
 * @throws `fieldInvalid` beyond 100 levels, and for names with a NUL character
 */
export const walk = (value: unknown, path: string, visit: Visit): void => {
  const enter = (inner: unknown, at: string, levels: number, isSilent: boolean): void => {
    if (!isContainer(inner)) {
      if (!isSilent) visit.leaf?.(inner, at)
      return
    }
    if (levels > mostLevels) throw wrongPart(path, `is nested deeper than ${mostLevels} levels`)
    if (Array.isArray(inner)) {
      for (let index = 0; index < inner.length; index += 1) {
        enter(inner[index], `${at}.${index}`, levels + 1, isSilent)
      }
      return
    }
    for (const name of Object.keys(inner)) {
      const next = `${at}.${name}`
      if (name.includes('\0')) throw wrongPart(at, 'has a field with a NUL character in its name')
      if (name === '_bsontype') throw wrongPart(next, 'is a name that no field may have')
      const step = { name, value: (inner as Record<string, unknown>)[name], path: next }
      const goesOn = isSilent || (visit.field?.(step) ?? true)
      enter(step.value, next, levels + 1, isSilent || !goesOn)
    }
  }
  enter(value, path, 0, false)
}

/** The refusal of something that only functions of the system may use. */
export const notOffered = (operator: string, path: string): AppError =>
  new AppError('operatorRefused', { operator, place: `'${shorten(path)}'` })

export const isRegex = (value: unknown): value is BSONRegExp | RegExp =>
  value instanceof BSONRegExp || value instanceof RegExp

export const isCode = (value: unknown): value is Code => value instanceof Code
