import { AppError } from '../../errors.ts'
import type { Scope } from '../expressions/expansion.ts'
import type { CallFunction } from '../expressions/function-results.ts'
import type { Namespace } from '../namespace.ts'
import { type Asking, type JudgeParts, rememberCalls, scopeOf } from './asker.ts'
import { type AppliedFilters, applyFilters } from './filters.ts'
import type { RulePlan } from './rule-plan.ts'
import { type SettledRole, settleRoles } from './settle.ts'

/** The rules of a collection as they stand for one user in one operation. */
export type SettledRules = {
  readonly namespace: Namespace
  readonly plan: RulePlan
  readonly scope: Scope
  readonly callFunction: CallFunction
  readonly filters: AppliedFilters
  readonly roles: readonly SettledRole[]
}

/** How a collection is named in answers. */
export const nameOf = ({ database, collection }: Namespace): string => `${database}.${collection}`

export const ruleNotFound = (namespace: Namespace): AppError =>
  new AppError('ruleNotFound', { namespace: nameOf(namespace) })

/** @throws `databaseError` when the projections of the filters that apply cannot be joined */
export const settleRules = async (
  parts: JudgeParts,
  namespace: Namespace,
  { plan, asking }: { readonly plan: RulePlan; readonly asking: Asking },
): Promise<SettledRules> => {
  const { app } = namespace
  const scope = await scopeOf(parts, app, { plan, asking })
  const callFunction = rememberCalls(parts, app, asking)
  const settling = { scope, callFunction }
  return {
    namespace,
    plan,
    scope,
    callFunction,
    filters: await applyFilters(plan.rules.filters, settling),
    roles: await settleRoles(plan.rules.roles, settling),
  }
}
