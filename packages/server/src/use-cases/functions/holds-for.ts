import { evaluate } from '../../data/expressions/evaluate.ts'
import { withFunctionResults } from '../../data/expressions/function-results.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { type Asker, expressionScope } from './expression-scope.ts'

/** `{}` and `true`, which nearly every function has. */
const isAlways = (expression: unknown): boolean =>
  expression === true ||
  (typeof expression === 'object' && expression !== null && Object.keys(expression).length === 0)

/** True when a rule expression of the app holds for who asks. A function in it that throws counts as `false`. */
export const holdsFor = async (
  deps: Deps,
  app: App,
  { expression, asker }: { readonly expression: unknown; readonly asker: Asker },
): Promise<boolean> => {
  if (isAlways(expression)) return true
  const scope = await expressionScope(deps, app, { expression, asker })
  const { user: caller, request } = asker
  const known = await withFunctionResults(expression, scope, (name, args) =>
    deps.functions.run(app, { name, args, caller, request, isOfRule: true }),
  )
  return evaluate(known, scope)
}
