import { AppError } from '../errors.ts'
import type { OpenJudge } from './rules/judge.ts'
import { systemJudge } from './system-judge.ts'

/** Lets users do everything where the only role says so, and nothing anywhere else. */
export const strictJudge: OpenJudge = async ({ source, database, collection }, actor) => {
  if (actor.kind === 'system') return systemJudge
  const own = source.rules.find(
    rules => rules.database === database && rules.collection === collection,
  )
  const rules = own ?? source.defaultRule
  const [role] = rules?.roles ?? []
  const isOpen =
    role?.read === true && role.write === true && JSON.stringify(role.applyWhen) === '{}'
  if (!isOpen) throw new AppError('ruleNotFound', { namespace: `${database}.${collection}` })
  return systemJudge
}
