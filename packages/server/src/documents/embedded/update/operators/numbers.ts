import {
  addNumbers,
  fromNumeric,
  multiplyNumbers,
  type Numeric,
  toNumeric,
} from '../../aggregate/numbers/number.ts'
import { typeName } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { toText } from '../text.ts'
import {
  badValue,
  type ChangeContext,
  fieldText,
  lastField,
  typeMismatch,
  type UpdateOperator,
} from './operator.ts'

type Integer = Extract<Numeric, { value: bigint }>

const zero: Integer = { type: 'int', value: 0n }

export const inc: UpdateOperator = (operand, path) => {
  const by = toNumeric(operand)
  if (by === undefined) {
    throw typeMismatch(`Cannot increment with non-numeric argument: ${fieldText(path, operand)}`)
  }
  return (current, context) => {
    if (current === undefined) return fromNumeric(by)
    const number = requireNumber(current, { operator: '$inc', path, context })
    return requireInRange(addNumbers(number, by), { operator: '$inc', current, context })
  }
}

export const mul: UpdateOperator = (operand, path) => {
  const by = toNumeric(operand)
  if (by === undefined) {
    throw typeMismatch(`Cannot multiply with non-numeric argument: ${fieldText(path, operand)}`)
  }
  return (current, context) => {
    const number =
      current === undefined ? zero : requireNumber(current, { operator: '$mul', path, context })
    return requireInRange(multiplyNumbers(number, by), { operator: '$mul', current, context })
  }
}

type Step = { readonly operator: string; readonly context: ChangeContext }

const requireNumber = (current: unknown, step: Step & { path: string }): Numeric => {
  const number = toNumeric(current)
  if (number !== undefined) return number
  throw typeMismatch(
    `Cannot apply ${step.operator} to a value of non-numeric type. ${step.context.documentText} has the field '${lastField(step.path)}' of non-numeric type ${typeName(current)}`,
  )
}

const requireInRange = (
  result: Numeric | undefined,
  step: Step & { current: unknown },
): unknown => {
  if (result !== undefined) return fromNumeric(result)
  throw badValue(
    `Failed to apply ${step.operator} operations to current value (${toText(step.current)}) for document ${step.context.documentText}`,
  )
}

const bitOperations = {
  and: (a: bigint, b: bigint): bigint => a & b,
  or: (a: bigint, b: bigint): bigint => a | b,
  xor: (a: bigint, b: bigint): bigint => a ^ b,
}

type BitName = keyof typeof bitOperations

export const bit: UpdateOperator = (operand, path) => {
  const steps = readBitSteps(operand, path)
  return (current, context) => {
    let number = current === undefined ? zero : asInteger(toNumeric(current))
    if (number === undefined) {
      throw badValue(
        `Cannot apply $bit to a value of non-integral type.${context.documentText} has the field ${lastField(path)} of non-integer type ${typeName(current)}`,
      )
    }
    for (const { name, by } of steps) {
      number = {
        type: number.type === 'long' || by.type === 'long' ? 'long' : 'int',
        value: bitOperations[name](number.value, by.value),
      }
    }
    return fromNumeric(number)
  }
}

const asInteger = (number: Numeric | undefined): Integer | undefined =>
  number?.type === 'int' || number?.type === 'long' ? number : undefined

const readBitSteps = (operand: unknown, path: string): { name: BitName; by: Integer }[] => {
  if (!isObject(operand)) {
    throw badValue(
      `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    )
  }
  const entries = Object.entries(operand)
  if (entries.length === 0) {
    throw badValue(
      `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`,
    )
  }
  return entries.map(([name, value]) => {
    if (!Object.hasOwn(bitOperations, name)) {
      throw badValue(
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: ${fieldText(path, operand)}`,
      )
    }
    const by = asInteger(toNumeric(value))
    if (by === undefined) {
      throw badValue(
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here: ${fieldText(name, value)}`,
      )
    }
    return { name: name as BitName, by }
  })
}
