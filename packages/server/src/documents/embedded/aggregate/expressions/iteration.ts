import type { Document } from 'bson'
import { compareValues } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import { compileOrder } from '../order.ts'
import { typeName } from '../type-name.ts'
import { requireWhole } from './arrays.ts'
import { requireVariableName } from './conditional.ts'
import { checkElements } from './growth.ts'
import {
  badValue,
  type Compile,
  type Expression,
  failedToParse,
  isNullish,
  isTruthy,
  type Operators,
  readNamed,
  typeMismatch,
  withVariables,
} from './scope.ts'

const requireInput = (value: unknown, name: string): readonly unknown[] => {
  if (Array.isArray(value)) return value
  throw typeMismatch(`input to ${name} must be an array not ${typeName(value)}`)
}

/** What `$map` and `$filter` name their element. */
const readElementName = (operand: Document): string =>
  Object.hasOwn(operand, 'as') ? requireVariableName(operand.as) : 'this'

const withoutName = (operand: unknown, name: string): Document => {
  if (!isObject(operand)) throw failedToParse(`${name} only supports an object as its argument`)
  const { as: _as, ...rest } = operand
  return rest
}

const readReduce = (operand: unknown, compile: Compile): Record<string, Expression> =>
  readNamed(operand, compile, {
    name: '$reduce',
    needed: ['input', 'initialValue', 'in'],
  }) as Record<string, Expression>

const zip = (inputs: unknown, longest: boolean, defaults: unknown): unknown => {
  if (!Array.isArray(inputs)) throw typeMismatch('inputs must be an array of expressions')
  if (inputs.some(isNullish)) return null
  const lists = inputs.map(list => requireInput(list, '$zip'))
  const lengths = lists.map(list => list.length)
  const length = longest ? Math.max(...lengths) : Math.min(...lengths)
  checkElements(length * lists.length, '$zip')
  const fill = Array.isArray(defaults) ? defaults : []
  return Array.from({ length }, (_, at) =>
    lists.map((list, which) => (at < list.length ? list[at] : (fill[which] ?? null))),
  )
}

export const iteration: Operators = {
  $map: (operand, compile, name) => {
    const { input, in: body } = readNamed(withoutName(operand, name), compile, {
      name,
      needed: ['input', 'in'],
    }) as { input: Expression; in: Expression }
    const as = readElementName(operand as Document)
    return scope => {
      const list = input(scope)
      if (isNullish(list)) return null
      return requireInput(list, name).map(element => {
        const value = body(withVariables(scope, { [as]: element }))
        return value === undefined ? null : value
      })
    }
  },
  $filter: (operand, compile, name) => {
    const { input, cond, limit } = readNamed(withoutName(operand, name), compile, {
      name,
      needed: ['input', 'cond'],
      allowed: ['limit'],
    }) as { input: Expression; cond: Expression; limit?: Expression }
    const as = readElementName(operand as Document)
    return scope => {
      const list = input(scope)
      if (isNullish(list)) return null
      const most = limit?.(scope)
      const count = isNullish(most) ? Number.POSITIVE_INFINITY : requireWhole(most, '$filter limit')
      if (count < 1) throw badValue('$filter: limit must be greater than 0')
      const kept: unknown[] = []
      for (const element of requireInput(list, name)) {
        if (kept.length >= count) break
        if (isTruthy(cond(withVariables(scope, { [as]: element })))) kept.push(element)
      }
      return kept
    }
  },
  $reduce: (operand, compile, name) => {
    const { input, initialValue, in: body } = readReduce(operand, compile)
    return scope => {
      const list = input?.(scope)
      if (isNullish(list)) return null
      return requireInput(list, name).reduce(
        (value, element) => body?.(withVariables(scope, { value, this: element })),
        initialValue?.(scope),
      )
    }
  },
  $zip: (operand, compile, name) => {
    const { inputs, useLongestLength, defaults } = readNamed(operand, compile, {
      name,
      needed: ['inputs'],
      allowed: ['useLongestLength', 'defaults'],
    })
    return scope => zip(inputs?.(scope), isTruthy(useLongestLength?.(scope)), defaults?.(scope))
  },
  $sortArray: (operand, compile, name) => {
    if (!isObject(operand) || !Object.hasOwn(operand, 'sortBy')) {
      throw failedToParse("$sortArray requires 'input' and 'sortBy' to be specified")
    }
    const { input } = readNamed({ input: operand.input }, compile, { name, needed: ['input'] })
    const order = readOrder(operand.sortBy)
    return scope => {
      const list = input?.(scope)
      return isNullish(list) ? null : [...requireInput(list, name)].sort(order)
    }
  },
}

const readOrder = (sortBy: unknown): ((a: unknown, b: unknown) => number) => {
  if (isObject(sortBy)) {
    const compare = compileOrder(sortBy, '$sortArray')
    return (a, b) => compare(isObject(a) ? a : {}, isObject(b) ? b : {})
  }
  const direction = requireWhole(sortBy, '$sortArray sortBy')
  if (direction !== 1 && direction !== -1) throw badValue('Illegal key in $sort specification')
  return (a, b) => direction * compareValues(a, b)
}
