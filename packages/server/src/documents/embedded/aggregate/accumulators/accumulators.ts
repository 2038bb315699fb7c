import { isObject } from '../../values/types.ts'
import { badValue, type Compile, failedToParse, notSupported } from '../expressions/scope.ts'
import type { Accumulator, AccumulatorCompiler } from './accumulator.ts'
import { numberAccumulators } from './numbers.ts'
import { percentileAccumulators } from './percentiles.ts'
import { rankedAccumulators } from './ranked.ts'
import { valueAccumulators } from './values.ts'

const accumulators: ReadonlyMap<string, AccumulatorCompiler> = new Map(
  [numberAccumulators, valueAccumulators, rankedAccumulators, percentileAccumulators].flatMap(
    family => Object.entries(family),
  ),
)

export const isAccumulator = (name: string): boolean => accumulators.has(name)

/** Reads `{ $sum: … }` of a group's field. @throws `FailedToParse` or `BadValue` naming what is no accumulator. */
export const compileAccumulator = (
  field: string,
  value: unknown,
  compile: Compile,
): Accumulator => {
  if (!isObject(value)) throw failedToParse(`The field '${field}' must be an accumulator object`)
  const [name = '', ...more] = Object.keys(value)
  if (more.length > 0) {
    throw failedToParse(`The field '${field}' must specify one accumulator`)
  }
  if (name === '$accumulator') {
    throw notSupported(
      '$accumulator is not supported: the server runs no JavaScript inside queries',
    )
  }
  const compiler = accumulators.get(name)
  if (compiler !== undefined) return compiler(value[name], compile, name)
  throw name.startsWith('$')
    ? badValue(`unknown group operator '${name}'`)
    : failedToParse(`The field '${field}' must be an accumulator object`)
}
