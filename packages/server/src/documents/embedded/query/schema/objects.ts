import type { Document } from 'bson'
import { getField } from '../../values/path.ts'
import { isObject } from '../../values/types.ts'
import { translateRegex } from '../regex/translate.ts'
import { type Check, type Keyword, requireCount, requireNames, requireSchema } from './keyword.ts'

const ofObject =
  (check: (object: Document) => boolean): Check =>
  value =>
    !isObject(value) || check(value)

const has = (object: Document, name: string): boolean => getField(object, name) !== undefined

const required: Keyword = argument => {
  const names = requireNames('required', argument)
  return ofObject(object => names.every(name => has(object, name)))
}

type NamedChecks = readonly { readonly name: string; readonly check: Check }[]

const compileEach = (
  keyword: string,
  argument: unknown,
  compile: (schema: Document) => Check,
): NamedChecks =>
  Object.entries(requireSchema(keyword, argument)).map(([name, schema]) => ({
    name,
    check: compile(requireSchema(`${keyword}.${name}`, schema)),
  }))

const properties: Keyword = (argument, { compile }) => {
  const fields = compileEach('properties', argument, compile)
  return ofObject(object =>
    fields.every(({ name, check }) => {
      const value = getField(object, name)
      return value === undefined || check(value)
    }),
  )
}

const patternProperties: Keyword = (argument, { compile }) => {
  const patterns = compileEach('patternProperties', argument, compile).map(({ name, check }) => ({
    expression: translateRegex(name, ''),
    check,
  }))
  return ofObject(object =>
    Object.keys(object).every(name =>
      patterns.every(({ expression, check }) => !expression.test(name) || check(object[name])),
    ),
  )
}

const additionalProperties: Keyword = (argument, { schema, compile }) => {
  const check: Check =
    typeof argument === 'boolean'
      ? () => argument
      : compile(requireSchema('additionalProperties', argument))
  const known = new Set(Object.keys(schema.properties ?? {}))
  const patterns = Object.keys(schema.patternProperties ?? {}).map(name => translateRegex(name, ''))
  return ofObject(object =>
    Object.keys(object).every(
      name =>
        known.has(name) || patterns.some(pattern => pattern.test(name)) || check(object[name]),
    ),
  )
}

const dependencies: Keyword = (argument, { compile }) => {
  const checks = Object.entries(requireSchema('dependencies', argument)).map(([name, needs]) => {
    if (!Array.isArray(needs))
      return { name, check: compile(requireSchema(`dependencies.${name}`, needs)) }
    const names = requireNames(`dependencies.${name}`, needs)
    return { name, check: ofObject(object => names.every(needed => has(object, needed))) }
  })
  return ofObject(object => checks.every(({ name, check }) => !has(object, name) || check(object)))
}

const minProperties: Keyword = argument => {
  const least = requireCount('minProperties', argument)
  return ofObject(object => Object.keys(object).length >= least)
}

const maxProperties: Keyword = argument => {
  const most = requireCount('maxProperties', argument)
  return ofObject(object => Object.keys(object).length <= most)
}

export const objectKeywords: readonly (readonly [string, Keyword])[] = [
  ['required', required],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['dependencies', dependencies],
  ['minProperties', minProperties],
  ['maxProperties', maxProperties],
]
