import { evaluate } from '../expressions/evaluate.ts'
import type { Scope } from '../expressions/expansion.ts'
import {
  type CallFunction,
  callsFunction,
  withFunctionResults,
} from '../expressions/function-results.ts'
import type { Settled } from './settle.ts'

/** Says whether a settled expression holds in a scope that has the document. Nothing said does not hold. */
export type Ask = (expression: Settled, scope: Scope) => boolean

/** For expressions without functions. */
export const askAtOnce: Ask = (expression, scope) => evaluate(expression, scope)

type Answer = { readonly expression: unknown; readonly scope: Scope; readonly holds: boolean }

/** Thrown through a judgement that needs to know what a function gives. */
class FunctionNeeded extends Error {
  readonly expression: unknown
  readonly scope: Scope

  constructor(expression: unknown, scope: Scope) {
    super('a function has to be asked')
    this.expression = expression
    this.scope = scope
  }
}

const names = ['root', 'prevRoot', 'this', 'prev']

const isSameScope = (left: Scope, right: Scope): boolean =>
  names.every(name => left[name] === right[name])

/** Makes a judgement, beginning anew each time that it needs a function, with what the function gave. */
export const askWithFunctions = async <Judgement>(
  judge: (ask: Ask) => Judgement,
  callFunction: CallFunction,
): Promise<Judgement> => {
  const answers: Answer[] = []
  const ask: Ask = (expression, scope) => {
    if (!callsFunction(expression)) return evaluate(expression, scope)
    const known = answers.find(
      answer => answer.expression === expression && isSameScope(answer.scope, scope),
    )
    if (known === undefined) throw new FunctionNeeded(expression, scope)
    return known.holds
  }
  for (;;) {
    try {
      return judge(ask)
    } catch (error) {
      if (!(error instanceof FunctionNeeded)) throw error
      const { expression, scope } = error
      const known = await withFunctionResults(expression, scope, callFunction)
      answers.push({ expression, scope, holds: evaluate(known, scope) })
    }
  }
}
