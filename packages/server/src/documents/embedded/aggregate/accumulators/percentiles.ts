import { Double } from 'bson'
import { isObject } from '../../values/types.ts'
import { badValue, type Expression, readNamed, type Scope } from '../expressions/scope.ts'
import { toDouble, toNumeric } from '../numbers/number.ts'
import type { AccumulatorCompiler, AccumulatorCompilers } from './accumulator.ts'

/** The value below which a share of the sorted numbers lies; exact, as MongoDB's `approximate` is for few values. */
export const percentileOf = (sorted: readonly number[], share: number): unknown => {
  if (sorted.length === 0) return null
  const at = Math.max(0, Math.ceil(share * sorted.length) - 1)
  return new Double(sorted[at] as number)
}

export const requireShares = (value: unknown): number[] => {
  const shares = Array.isArray(value) ? value.map(toNumeric) : []
  const numbers = shares.map(share => (share === undefined ? Number.NaN : toDouble(share)))
  if (numbers.length > 0 && numbers.every(share => share >= 0 && share <= 1)) return numbers
  throw badValue("The $percentile 'p' field must be an array of numbers from the [0.0, 1.0] range")
}

const opened = (
  input: Expression,
  shares: (scope: Scope) => number[],
): ReturnType<AccumulatorCompiler> => ({
  open: start => {
    const wanted = shares(start)
    const numbers: number[] = []
    return {
      add: scope => {
        const numeric = toNumeric(input(scope))
        if (numeric !== undefined) numbers.push(toDouble(numeric))
      },
      result: () => {
        const sorted = numbers.sort((a, b) => a - b)
        return wanted.map(share => percentileOf(sorted, share))
      },
    }
  },
})

const requireMethod = (operand: unknown, name: string): void => {
  if (isObject(operand) && operand.method === 'approximate') return
  throw badValue(`${name} 'method' must be 'approximate'`)
}

export const percentileAccumulators: AccumulatorCompilers = {
  $percentile: (operand, compile, name) => {
    requireMethod(operand, name)
    const { input, p } = readNamed(operand, compile, { name, needed: ['input', 'p', 'method'] })
    return opened(input as Expression, scope => requireShares(p?.(scope)))
  },
  $median: (operand, compile, name) => {
    requireMethod(operand, name)
    const { input } = readNamed(operand, compile, { name, needed: ['input', 'method'] })
    const { open } = opened(input as Expression, () => [0.5])
    return {
      open: scope => {
        const { add, result } = open(scope)
        return { add, result: () => (result() as unknown[])[0] }
      },
    }
  },
}
