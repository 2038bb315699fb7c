import { isObject } from '../../values/types.ts'
import {
  badValue,
  type Compile,
  type Expression,
  failedToParse,
  isNullish,
  isTruthy,
  type Operators,
  readArguments,
  readNamed,
  withVariables,
} from './scope.ts'

const readCond = (operand: unknown, compile: Compile): readonly Expression[] => {
  if (!isObject(operand)) return readArguments(operand, compile, { name: '$cond', least: 3 })
  const named = readNamed(operand, compile, { name: '$cond', needed: ['if', 'then', 'else'] })
  return [named.if, named.then, named.else] as Expression[]
}

type Branch = { readonly when: Expression; readonly answer: Expression }

const readBranch = (branch: unknown, compile: Compile): Branch => {
  const named = readNamed(branch, compile, { name: '$switch branch', needed: ['case', 'then'] })
  return { when: named.case as Expression, answer: named.then as Expression }
}

/** A name for `$let`, `$map` and their like. */
export const requireVariableName = (name: unknown): string => {
  if (typeof name === 'string' && /^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name)) return name
  if (name === 'CURRENT') return name
  throw failedToParse(`'${String(name)}' starts with an invalid character for a user variable name`)
}

export const conditional: Operators = {
  $cond: (operand, compile) => {
    const [when, then, otherwise] = readCond(operand, compile) as [
      Expression,
      Expression,
      Expression,
    ]
    return scope => (isTruthy(when(scope)) ? then(scope) : otherwise(scope))
  },
  $ifNull: (operand, compile, name) => {
    const most = Number.POSITIVE_INFINITY
    const list = readArguments(operand, compile, { name, least: 2, most })
    return scope => {
      let value: unknown
      for (const argument of list) {
        value = argument(scope)
        if (!isNullish(value)) return value
      }
      return value
    }
  },
  $switch: (operand, compile) => {
    if (!isObject(operand) || !Array.isArray(operand.branches)) {
      throw failedToParse("$switch requires an object with an array 'branches'")
    }
    if (operand.branches.length === 0) throw failedToParse('$switch requires at least one branch.')
    const branches = operand.branches.map(branch => readBranch(branch, compile))
    const otherwise = Object.hasOwn(operand, 'default') ? compile(operand.default) : undefined
    return scope => {
      const branch = branches.find(({ when }) => isTruthy(when(scope)))
      if (branch !== undefined) return branch.answer(scope)
      if (otherwise !== undefined) return otherwise(scope)
      throw badValue(
        '$switch could not find a matching branch for an input, and no default was specified.',
      )
    }
  },
  $let: (operand, compile) => {
    if (!isObject(operand) || !isObject(operand.vars) || !Object.hasOwn(operand, 'in')) {
      throw failedToParse("Missing 'vars' or 'in' parameter to $let")
    }
    const variables = Object.entries(operand.vars).map(([name, value]) => ({
      name: requireVariableName(name),
      value: compile(value),
    }))
    const body = compile(operand.in)
    return scope =>
      body(
        withVariables(
          scope,
          Object.fromEntries(variables.map(({ name, value }) => [name, value(scope)])),
        ),
      )
  },
  $literal: operand => () => operand,
  $expr: (operand, compile) => compile(operand),
}
