import type { Document } from 'bson'
import { compareValues } from '../../values/compare.ts'
import { isObject } from '../../values/types.ts'
import {
  badValue,
  type Expression,
  isNullish,
  readNamed,
  type Scope,
} from '../expressions/scope.ts'
import { toInteger } from '../numbers/number.ts'
import { compileOrder } from '../order.ts'
import { typeName } from '../type-name.ts'
import type { AccumulatorCompiler, AccumulatorCompilers } from './accumulator.ts'

/** How many values an `…N` operator keeps. */
export const requireCount = (value: unknown, name: string): number => {
  const count = toInteger(value)
  if (count !== undefined && count > 0n) return Number(count)
  throw badValue(
    `'n' must be greater than 0 for ${name}, found ${typeName(value)} ${String(value)}`,
  )
}

type Kept = { readonly value: unknown; readonly document: Document }

/** What is kept of all the values of a group, once they are all there. */
type Choose = (all: readonly Kept[], count: number) => readonly Kept[]

const choosing = (
  { input, n }: { input: Expression; n: Expression },
  { choose, name, keepsMissing }: { choose: Choose; name: string; keepsMissing: boolean },
): ReturnType<AccumulatorCompiler> => ({
  open: (start: Scope) => {
    const count = requireCount(n(start), name)
    const all: Kept[] = []
    return {
      add: scope => {
        const value = input(scope)
        if (isNullish(value) && !keepsMissing) return
        all.push({ value: value === undefined ? null : value, document: scope.root as Document })
      },
      result: () => choose(all, count).map(({ value }) => value),
    }
  },
})

const ofMany =
  (choose: Choose, keepsMissing: boolean): AccumulatorCompiler =>
  (operand, compile, name) => {
    const named = readNamed(operand, compile, { name, needed: ['input', 'n'] })
    const { input, n } = named as { input: Expression; n: Expression }
    return choosing({ input, n }, { choose, name, keepsMissing })
  }

const sortedBy =
  (direction: 1 | -1): Choose =>
  (all, count) =>
    [...all].sort((a, b) => direction * compareValues(a.value, b.value)).slice(0, count)

const ordered =
  (end: 'top' | 'bottom', single: boolean): AccumulatorCompiler =>
  (operand, compile, name) => {
    if (!isObject(operand)) throw badValue(`specification must be an object; found ${name}`)
    const { sortBy, ...rest } = operand
    const compare = compileOrder(sortBy, name)
    const { output, n } = readNamed(rest, compile, {
      name,
      needed: single ? ['output'] : ['output', 'n'],
    }) as { output: Expression; n?: Expression }
    const choose: Choose = (all, count) => {
      const sorted = [...all].sort((a, b) => compare(a.document, b.document))
      return end === 'top' ? sorted.slice(0, count) : sorted.slice(-count)
    }
    const many = choosing(
      { input: output, n: n ?? (() => 1) },
      { choose, name, keepsMissing: true },
    )
    if (!single) return many
    return {
      open: scope => {
        const { add, result } = many.open(scope)
        return { add, result: () => (result() as unknown[])[0] ?? null }
      },
    }
  }

export const rankedAccumulators: AccumulatorCompilers = {
  $firstN: ofMany((all, count) => all.slice(0, count), true),
  $lastN: ofMany((all, count) => all.slice(-count), true),
  $minN: ofMany(sortedBy(1), false),
  $maxN: ofMany(sortedBy(-1), false),
  $top: ordered('top', true),
  $bottom: ordered('bottom', true),
  $topN: ordered('top', false),
  $bottomN: ordered('bottom', false),
}
