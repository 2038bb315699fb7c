import { compareValues } from '../../values/compare.ts'
import { type Check, type Keyword, requireBoolean, requireCount, requireSchema } from './keyword.ts'

const ofArray =
  (check: (array: readonly unknown[]) => boolean): Check =>
  value =>
    !Array.isArray(value) || check(value)

const items: Keyword = (argument, { compile }) => {
  if (!Array.isArray(argument)) {
    const check = compile(requireSchema('items', argument))
    return ofArray(array => array.every(check))
  }
  const checks = argument.map(schema => compile(requireSchema('items', schema)))
  return ofArray(array =>
    checks.every((check, index) => index >= array.length || check(array[index])),
  )
}

const additionalItems: Keyword = (argument, { schema, compile }) => {
  const check: Check =
    typeof argument === 'boolean'
      ? () => argument
      : compile(requireSchema('additionalItems', argument))
  const { items: fixed } = schema
  if (!Array.isArray(fixed)) return undefined
  return ofArray(array => array.slice(fixed.length).every(check))
}

const isUnique = (array: readonly unknown[]): boolean => {
  const sorted = array
    .map(value => ({ value }))
    .sort((left, right) => compareValues(left.value, right.value))
  return sorted.every(
    ({ value }, index) => index === 0 || compareValues(value, sorted[index - 1]?.value) !== 0,
  )
}

const uniqueItems: Keyword = argument =>
  requireBoolean('uniqueItems', argument) ? ofArray(isUnique) : undefined

const minItems: Keyword = argument => {
  const least = requireCount('minItems', argument)
  return ofArray(array => array.length >= least)
}

const maxItems: Keyword = argument => {
  const most = requireCount('maxItems', argument)
  return ofArray(array => array.length <= most)
}

export const arrayKeywords: readonly (readonly [string, Keyword])[] = [
  ['items', items],
  ['additionalItems', additionalItems],
  ['uniqueItems', uniqueItems],
  ['minItems', minItems],
  ['maxItems', maxItems],
]
