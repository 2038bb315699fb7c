import type { Document } from 'bson'
import { type Numeric, toNumeric, toWholeNumber } from '../../values/numbers.ts'
import { isObject } from '../../values/types.ts'
import { badValue } from '../refusal.ts'

/** Says whether a value that is there conforms. */
export type Check = (value: unknown) => boolean

export type SchemaContext = {
  /** The schema around the keyword, for keywords that depend on each other. */
  readonly schema: Document
  readonly compile: (schema: Document) => Check
}

/** Reads a keyword's argument; nothing when it checks nothing. */
export type Keyword = (argument: unknown, context: SchemaContext) => Check | undefined

export const requireSchema = (keyword: string, value: unknown): Document => {
  if (!isObject(value)) throw badValue(`$jsonSchema keyword '${keyword}' must be an object`)
  return value
}

export const requireCount = (keyword: string, value: unknown): number => {
  const count = toWholeNumber(value)
  if (count === undefined || count < 0)
    throw badValue(`$jsonSchema keyword '${keyword}' must be a whole number that is not negative`)
  return count
}

export const requireNumber = (keyword: string, value: unknown): Numeric => {
  const numeric = toNumeric(value)
  if (numeric === undefined) throw badValue(`$jsonSchema keyword '${keyword}' must be a number`)
  return numeric
}

export const requireBoolean = (keyword: string, value: unknown): boolean => {
  if (typeof value !== 'boolean')
    throw badValue(`$jsonSchema keyword '${keyword}' must be a boolean`)
  return value
}

export const requireNames = (keyword: string, value: unknown): readonly string[] => {
  const isList = Array.isArray(value) && value.every(name => typeof name === 'string')
  if (!isList || value.length === 0 || new Set(value).size < value.length)
    throw badValue(`$jsonSchema keyword '${keyword}' must be an array of different strings`)
  return value
}
