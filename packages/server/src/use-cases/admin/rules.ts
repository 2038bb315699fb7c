import type { Document } from 'bson'
import type { Explanation } from '../../data/rules/explain/explanation.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import { getUser } from './users.ts'

/** An operation that the operator asks about. */
export type AskedRules = {
  readonly source: string
  readonly database: string
  readonly collection: string
  readonly userId: string
  readonly operation: string
  /** BSON values. */
  readonly args: Document
}

/**
 * Says which rules count for an operation of a user, and why. Nothing is written.
 *
 * @throws `userNotFound`, and what `Data.explainRules` throws
 */
export const explainRules = async (
  deps: Deps,
  app: App,
  { source, userId, ...asked }: AskedRules,
): Promise<Explanation> => {
  const user = await getUser(deps, app, userId)
  return deps.data.explainRules(app, { ...asked, service: source, user })
}
