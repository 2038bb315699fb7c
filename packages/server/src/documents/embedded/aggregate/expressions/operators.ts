import { arithmetic } from './arithmetic.ts'
import { comparison, logic } from './comparison.ts'
import { conditional } from './conditional.ts'
import type { Operator } from './scope.ts'

/** Every expression operator, by name. */
export const operators: ReadonlyMap<string, Operator> = new Map(
  [arithmetic, comparison, conditional, logic].flatMap(family => Object.entries(family)),
)
