import { compareValues } from '../../values/compare.ts'
import { openAverage, openDeviation, openTotal } from '../accumulators/numbers.ts'
import { percentileOf, requireShares } from '../accumulators/percentiles.ts'
import { requireCount } from '../accumulators/ranked.ts'
import { openExtreme } from '../accumulators/values.ts'
import { toDouble, toNumeric } from '../numbers/number.ts'
import { typeName } from '../type-name.ts'
import { isNullish, type Operator, type Operators, readNamed, typeMismatch } from './scope.ts'

type Values = { add(value: unknown): void; result(): unknown }

/** An accumulator as an expression: over its arguments, or over the elements of its one argument. */
const overAll =
  (open: () => Values): Operator =>
  (operand, compile) => {
    const list = (Array.isArray(operand) ? operand : [operand]).map(compile)
    return scope => {
      const values = list.map(argument => argument(scope))
      const { add, result } = open()
      const [only] = values
      for (const value of values.length === 1 && Array.isArray(only) ? only : values) add(value)
      return result()
    }
  }

type Pick = (list: readonly unknown[], count: number) => unknown[]

const picking =
  (pick: Pick): Operator =>
  (operand, compile, name) => {
    const { input, n } = readNamed(operand, compile, { name, needed: ['input', 'n'] })
    return scope => {
      const list = input?.(scope)
      const count = requireCount(n?.(scope), name)
      if (Array.isArray(list)) return pick(list, count)
      throw typeMismatch(`Input must be an array for ${name}, found ${typeName(list)}`)
    }
  }

const present = (list: readonly unknown[]): unknown[] => list.filter(value => !isNullish(value))

const numbersOf = (value: unknown): number[] =>
  (Array.isArray(value) ? value : [value])
    .map(toNumeric)
    .filter(numeric => numeric !== undefined)
    .map(toDouble)
    .sort((a, b) => a - b)

export const summaries: Operators = {
  $sum: overAll(openTotal),
  $avg: overAll(openAverage),
  $min: overAll(openExtreme(-1)),
  $max: overAll(openExtreme(1)),
  $stdDevPop: overAll(openDeviation('population')),
  $stdDevSamp: overAll(openDeviation('sample')),
  $firstN: picking((list, count) => list.slice(0, count)),
  $lastN: picking((list, count) => list.slice(-count)),
  $minN: picking((list, count) => present(list).sort(compareValues).slice(0, count)),
  $maxN: picking((list, count) =>
    present(list)
      .sort((a, b) => compareValues(b, a))
      .slice(0, count),
  ),
  $percentile: (operand, compile, name) => {
    const { input, p } = readNamed(operand, compile, { name, needed: ['input', 'p', 'method'] })
    return scope => {
      const numbers = numbersOf(input?.(scope))
      return requireShares(p?.(scope)).map(share => percentileOf(numbers, share))
    }
  },
  $median: (operand, compile, name) => {
    const { input } = readNamed(operand, compile, { name, needed: ['input', 'method'] })
    return scope => percentileOf(numbersOf(input?.(scope)), 0.5)
  },
}
