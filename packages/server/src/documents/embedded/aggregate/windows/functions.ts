import { Double, Int32 } from 'bson'
import { isObject } from '../../values/types.ts'
import { compileAccumulator, isAccumulator } from '../accumulators/accumulators.ts'
import { compile } from '../expression.ts'
import { badValue, type Expression, failedToParse, isNullish } from '../expressions/scope.ts'
import { toDouble, toInteger, toNumeric } from '../numbers/number.ts'
import { type Partition, readUnit, type Window } from './window.ts'

/** The values of one output field for every place of a partition. */
export type WindowFunction = (partition: Partition) => unknown[]

type FunctionCompiler = (
  operand: unknown,
  options: { name: string; window: Window; hasWindow: boolean },
) => WindowFunction

const places = ({ documents }: Partition): number[] => documents.map((_, at) => at)

const rank = (partition: Partition): number[] => {
  const ranks: number[] = []
  for (const at of places(partition)) {
    const isPeer = at > 0 && partition.compare(at - 1, at) === 0
    ranks.push(isPeer ? (ranks[at - 1] as number) : at + 1)
  }
  return ranks
}

const denseRank = (partition: Partition): number[] => {
  const ranks: number[] = []
  for (const at of places(partition)) {
    const before = ranks[at - 1] ?? 0
    ranks.push(at > 0 && partition.compare(at - 1, at) === 0 ? before : before + 1)
  }
  return ranks
}

const numbering =
  (number: (partition: Partition) => number[]): FunctionCompiler =>
  (operand, { name, hasWindow }) => {
    if (!isObject(operand) || Object.keys(operand).length > 0 || hasWindow) {
      throw failedToParse(`${name} must be specified with '{}' as the value and without a window`)
    }
    return partition => number(partition).map(each => new Int32(each))
  }

const shift: FunctionCompiler = (operand, { name }) => {
  if (!isObject(operand)) throw failedToParse(`${name} must have an object as its argument`)
  const by = toInteger(operand.by)
  if (by === undefined) throw failedToParse("'$shift:by' field must be an integer")
  const output = compile(operand.output)
  const usual = compile(operand.default ?? null)({ root: {}, variables: {} })
  return partition =>
    places(partition).map(at => {
      const scope = partition.scopes[at + Number(by)]
      return scope === undefined ? usual : (output(scope) ?? null)
    })
}

const numbersOf = (partition: Partition, input: Expression): (number | undefined)[] =>
  partition.scopes.map(scope => {
    const numeric = toNumeric(input(scope))
    return numeric === undefined ? undefined : toDouble(numeric)
  })

const lastObserved: FunctionCompiler = operand => {
  const input = compile(operand)
  return partition => {
    let last: unknown = null
    return partition.scopes.map(scope => {
      const value = input(scope)
      if (!isNullish(value)) last = value
      return last
    })
  }
}

const linearFill: FunctionCompiler = operand => {
  const input = compile(operand)
  return partition => {
    const values = partition.scopes.map(scope => input(scope) ?? null)
    const numbers = numbersOf(partition, input)
    const known = places(partition).filter(at => numbers[at] !== undefined)
    return values.map((value, at) => {
      if (!isNullish(value)) return value
      const before = known.findLast(place => place < at)
      const after = known.find(place => place > at)
      if (before === undefined || after === undefined) return null
      const [x0, x, x1] = [before, at, after].map(partition.sortValue) as [number, number, number]
      const [y0, y1] = [numbers[before] as number, numbers[after] as number]
      return new Double(x1 === x0 ? y0 : y0 + ((x - x0) * (y1 - y0)) / (x1 - x0))
    })
  }
}

const overUnit =
  (
    calculate: (points: readonly { x: number; y: number }[]) => number | undefined,
  ): FunctionCompiler =>
  (operand, { name, window }) => {
    if (!isObject(operand)) throw failedToParse(`${name} must have an object as its argument`)
    const input = compile(operand.input)
    const unit = readUnit(operand.unit, name)
    return partition => {
      const numbers = numbersOf(partition, input)
      return places(partition).map(at => {
        const { from, to } = window(partition, at)
        const points: { x: number; y: number }[] = []
        for (let place = from; place < to; place += 1) {
          const y = numbers[place]
          if (y !== undefined) points.push({ x: partition.sortValue(place) / unit, y })
        }
        const result = calculate(points)
        return result === undefined ? null : new Double(result)
      })
    }
  }

const derivative = overUnit(points => {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return undefined
  return last.x === first.x ? undefined : (last.y - first.y) / (last.x - first.x)
})

const integral = overUnit(points => {
  let area = 0
  for (let at = 1; at < points.length; at += 1) {
    const [a, b] = [points[at - 1], points[at]] as [
      { x: number; y: number },
      { x: number; y: number },
    ]
    area += ((a.y + b.y) / 2) * (b.x - a.x)
  }
  return points.length === 0 ? undefined : area
})

const movingAverage: FunctionCompiler = (operand, { name }) => {
  if (!isObject(operand)) throw failedToParse(`${name} must have an object as its argument`)
  const input = compile(operand.input)
  const n = toNumeric(operand.N)
  const alpha = toNumeric(operand.alpha)
  if ((n === undefined) === (alpha === undefined)) {
    throw failedToParse(`${name} must have exactly one of N and alpha`)
  }
  const weight =
    alpha === undefined ? 2 / (toDouble(n as NonNullable<typeof n>) + 1) : toDouble(alpha)
  if (!(weight > 0 && weight <= 1)) throw badValue(`${name}: 'alpha' must be between 0 and 1`)
  return partition => {
    let average: number | undefined
    return numbersOf(partition, input).map(value => {
      if (value !== undefined) {
        average = average === undefined ? value : value * weight + average * (1 - weight)
      }
      return average === undefined ? null : new Double(average)
    })
  }
}

const covariance =
  (kind: 'population' | 'sample'): FunctionCompiler =>
  (operand, { name, window }) => {
    if (!Array.isArray(operand) || operand.length !== 2) {
      throw failedToParse(`${name} requires an array of two expressions`)
    }
    const [left, right] = operand.map(compile) as [Expression, Expression]
    return partition => {
      const [xs, ys] = [numbersOf(partition, left), numbersOf(partition, right)]
      return places(partition).map(at => {
        const { from, to } = window(partition, at)
        const pairs: { x: number; y: number }[] = []
        for (let place = from; place < to; place += 1) {
          const [x, y] = [xs[place], ys[place]]
          if (x !== undefined && y !== undefined) pairs.push({ x, y })
        }
        const degrees = kind === 'sample' ? pairs.length - 1 : pairs.length
        if (degrees <= 0) return null
        const meanX = pairs.reduce((sum, { x }) => sum + x, 0) / pairs.length
        const meanY = pairs.reduce((sum, { y }) => sum + y, 0) / pairs.length
        const total = pairs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0)
        return new Double(total / degrees)
      })
    }
  }

const functions: ReadonlyMap<string, FunctionCompiler> = new Map(
  Object.entries({
    $rank: numbering(rank),
    $denseRank: numbering(denseRank),
    $documentNumber: numbering(partition => places(partition).map(at => at + 1)),
    $shift: shift,
    $locf: lastObserved,
    $linearFill: linearFill,
    $derivative: derivative,
    $integral: integral,
    $expMovingAvg: movingAverage,
    $covariancePop: covariance('population'),
    $covarianceSamp: covariance('sample'),
  }),
)

const accumulated = (field: string, operator: unknown, window: Window): WindowFunction => {
  const accumulator = compileAccumulator(field, operator, compile)
  return partition =>
    places(partition).map(at => {
      const { from, to } = window(partition, at)
      const { add, result } = accumulator.open(partition.scopes[at] as Partition['scopes'][number])
      for (const scope of partition.scopes.slice(from, to)) add(scope)
      return result()
    })
}

/** @throws `BadValue` naming what is no window function. */
export const compileWindowFunction = (
  field: string,
  {
    name,
    operand,
    window,
    hasWindow,
  }: { name: string; operand: unknown; window: Window; hasWindow: boolean },
): WindowFunction => {
  const compiler = functions.get(name)
  if (compiler !== undefined) return compiler(operand, { name, window, hasWindow })
  if (isAccumulator(name)) return accumulated(field, { [name]: operand }, window)
  throw badValue(`Unrecognized window function, ${name}`)
}
