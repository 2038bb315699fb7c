import { getField, withField, withoutField } from '../../update/fields.ts'
import { isObject } from '../../values/types.ts'
import { typeName } from '../type-name.ts'
import { isNullish, type Operators, readNamed, typeMismatch, variadic } from './scope.ts'

const requireName = (value: unknown, operator: string): string => {
  if (typeof value === 'string') return value
  throw typeMismatch(
    `${operator} requires 'field' to evaluate to type String, but got ${typeName(value)}`,
  )
}

const changed = (input: unknown, name: string, value: unknown): unknown => {
  if (isNullish(input)) return null
  if (!isObject(input)) throw typeMismatch(`$setField requires 'input' to evaluate to type Object`)
  return value === undefined ? withoutField(input, name) : withField(input, name, value)
}

export const objects: Operators = {
  $mergeObjects: variadic(values =>
    Object.fromEntries(
      values.flatMap(value => {
        if (isNullish(value)) return []
        if (isObject(value)) return Object.entries(value)
        throw typeMismatch(
          `$mergeObjects requires object inputs, but input is of type ${typeName(value)}`,
        )
      }),
    ),
  ),
  $getField: (operand, compile, name) => {
    const isLong = isObject(operand) && Object.hasOwn(operand, 'field')
    const { field, input } = readNamed(isLong ? operand : { field: operand }, compile, {
      name,
      needed: ['field'],
      allowed: ['input'],
    })
    return scope => {
      const source = input === undefined ? scope.root : input(scope)
      const key = requireName(field?.(scope), name)
      if (isNullish(source)) return source
      return isObject(source) ? getField(source, key) : undefined
    }
  },
  $setField: (operand, compile, name) => {
    const { field, input, value } = readNamed(operand, compile, {
      name,
      needed: ['field', 'input', 'value'],
    })
    return scope => changed(input?.(scope), requireName(field?.(scope), name), value?.(scope))
  },
  $unsetField: (operand, compile, name) => {
    const { field, input } = readNamed(operand, compile, { name, needed: ['field', 'input'] })
    return scope => changed(input?.(scope), requireName(field?.(scope), name), undefined)
  },
}
