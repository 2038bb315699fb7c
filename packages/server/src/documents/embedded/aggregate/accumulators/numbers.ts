import { Double, Int32 } from 'bson'
import { isObject } from '../../values/types.ts'
import { failedToParse } from '../expressions/scope.ts'
import { divideDecimals } from '../numbers/decimal.ts'
import { asDecimal, fromNumeric, type Numeric, toDouble, toNumeric } from '../numbers/number.ts'
import { openSum } from '../numbers/sum.ts'
import { type AccumulatorCompilers, overValues } from './accumulator.ts'

type Values = { add(value: unknown): void; result(): unknown }

/** Values that are no numbers do not count. */
export const openTotal = (): Values => {
  const sum = openSum()
  return {
    add: value => {
      const numeric = toNumeric(value)
      if (numeric !== undefined) sum.add(numeric)
    },
    result: () => fromNumeric(sum.total()),
  }
}

export const openAverage = (): Values => {
  const sum = openSum()
  let count = 0
  return {
    add: value => {
      const numeric = toNumeric(value)
      if (numeric === undefined) return
      sum.add(numeric)
      count += 1
    },
    result: () => (count === 0 ? null : average(sum.total(), count)),
  }
}

const average = (total: Numeric, count: number): unknown => {
  if (total.type !== 'decimal') return new Double(toDouble(total) / count)
  const divisor = asDecimal({ type: 'long', value: BigInt(count) })
  return fromNumeric({ ...total, value: divideDecimals(total.value, divisor) })
}

/** Welford's method; null for fewer values than the kind needs. */
export const openDeviation =
  (kind: 'population' | 'sample'): (() => Values) =>
  () => {
    let count = 0
    let mean = 0
    let squares = 0
    return {
      add: value => {
        const numeric = toNumeric(value)
        if (numeric === undefined) return
        const number = toDouble(numeric)
        count += 1
        const before = number - mean
        mean += before / count
        squares += before * (number - mean)
      },
      result: () => {
        const degrees = kind === 'sample' ? count - 1 : count
        return degrees <= 0 ? null : new Double(Math.sqrt(squares / degrees))
      },
    }
  }

export const numberAccumulators: AccumulatorCompilers = {
  $sum: overValues(openTotal),
  $avg: overValues(openAverage),
  $stdDevPop: overValues(openDeviation('population')),
  $stdDevSamp: overValues(openDeviation('sample')),
  $count: operand => {
    if (!isObject(operand) || Object.keys(operand).length > 0) {
      throw failedToParse('$count takes no arguments, i.e. $count:{}')
    }
    return {
      open: () => {
        let count = 0
        return {
          add: () => {
            count += 1
          },
          result: () => new Int32(count),
        }
      },
    }
  },
}
