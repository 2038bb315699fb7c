import type { Compile, Scope } from '../expressions/scope.ts'

/** A result that grows document by document. */
export type Accumulation = {
  add(scope: Scope): void
  result(): unknown
}

/** A compiled accumulator; `open` starts one for a group. The scope is the group's first document's. */
export type Accumulator = { open(scope: Scope): Accumulation }

/** Checks its operand once. */
export type AccumulatorCompiler = (operand: unknown, compile: Compile, name: string) => Accumulator

export type AccumulatorCompilers = Readonly<Record<string, AccumulatorCompiler>>

/** An accumulator over the values of one expression. */
export const overValues =
  (open: () => { add(value: unknown): void; result(): unknown }): AccumulatorCompiler =>
  (operand, compile) => {
    const value = compile(operand)
    return {
      open: () => {
        const { add, result } = open()
        return { add: scope => add(value(scope)), result }
      },
    }
  }
