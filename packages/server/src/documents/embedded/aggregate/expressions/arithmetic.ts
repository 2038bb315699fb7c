import { Double } from 'bson'
import { divideDecimals, remainderOfDecimals } from '../numbers/decimal.ts'
import {
  asDecimal,
  fromNumeric,
  multiplyNumbers,
  type Numeric,
  subtractNumbers,
  toDouble,
  toNumeric,
  widerType,
} from '../numbers/number.ts'
import { sumOf } from '../numbers/sum.ts'
import { typeName } from '../type-name.ts'
import { badValue, binary, isNullish, type Operators, typeMismatch, variadic } from './scope.ts'

export const requireNumeric = (value: unknown, name: string): Numeric => {
  const numeric = toNumeric(value)
  if (numeric !== undefined) return numeric
  throw typeMismatch(`${name} only supports numeric types, not ${typeName(value)}`)
}

const isDate = (value: unknown): value is Date => value instanceof Date

const add = (values: readonly unknown[]): unknown => {
  if (values.some(isNullish)) return null
  const dates = values.filter(isDate)
  if (dates.length > 1) throw badValue('only one date allowed in an $add expression')
  const numbers = values
    .filter(value => !isDate(value))
    .map(value => {
      const numeric = toNumeric(value)
      if (numeric !== undefined) return numeric
      throw typeMismatch(`$add only supports numeric or date types, not ${typeName(value)}`)
    })
  const total = sumOf(numbers)
  const [date] = dates
  if (date === undefined) return fromNumeric(total)
  return requireDate(date.getTime() + Math.round(toDouble(total)))
}

const requireDate = (milliseconds: number): Date => {
  const date = new Date(milliseconds)
  if (Number.isNaN(date.getTime())) throw badValue('date overflow')
  return date
}

const subtract = (left: unknown, right: unknown): unknown => {
  if (isNullish(left) || isNullish(right)) return null
  if (isDate(left) && isDate(right)) {
    return fromNumeric({ type: 'long', value: BigInt(left.getTime() - right.getTime()) })
  }
  const a = toNumeric(left)
  const b = toNumeric(right)
  if (isDate(left) && b !== undefined) {
    return requireDate(left.getTime() - Math.round(toDouble(b)))
  }
  if (a === undefined || b === undefined) {
    throw typeMismatch(`can't $subtract ${typeName(right)} from ${typeName(left)}`)
  }
  return fromNumeric(subtractNumbers(a, b) ?? { type: 'double', value: toDouble(a) - toDouble(b) })
}

const multiply = (values: readonly unknown[]): unknown => {
  if (values.some(isNullish)) return null
  let product: Numeric = { type: 'int', value: 1n }
  for (const value of values) {
    const by = requireNumeric(value, '$multiply')
    product = multiplyNumbers(product, by) ?? {
      type: 'double',
      value: toDouble(product) * toDouble(by),
    }
  }
  return fromNumeric(product)
}

const isZero = (numeric: Numeric): boolean => toDouble(numeric) === 0

const divide = (left: unknown, right: unknown): unknown => {
  if (isNullish(left) || isNullish(right)) return null
  const a = toNumeric(left)
  const b = toNumeric(right)
  if (a === undefined || b === undefined) {
    throw typeMismatch(
      `$divide only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
    )
  }
  if (isZero(b)) throw badValue("can't $divide by zero")
  if (widerType(a.type, b.type) === 'decimal') {
    return fromNumeric({ type: 'decimal', value: divideDecimals(asDecimal(a), asDecimal(b)) })
  }
  return new Double(toDouble(a) / toDouble(b))
}

const remainder = (left: unknown, right: unknown): unknown => {
  if (isNullish(left) || isNullish(right)) return null
  const a = toNumeric(left)
  const b = toNumeric(right)
  if (a === undefined || b === undefined) {
    throw typeMismatch(
      `$mod only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
    )
  }
  if (isZero(b)) throw badValue("can't $mod by zero")
  const type = widerType(a.type, b.type)
  if (type === 'decimal') {
    return fromNumeric({ type, value: remainderOfDecimals(asDecimal(a), asDecimal(b)) })
  }
  if (type === 'double') return new Double(toDouble(a) % toDouble(b))
  return fromNumeric({ type, value: (a.value as bigint) % (b.value as bigint) })
}

export const arithmetic: Operators = {
  $add: variadic(add),
  $subtract: binary(subtract),
  $multiply: variadic(multiply),
  $divide: binary(divide),
  $mod: binary(remainder),
}
