import type { Document } from 'bson'
import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'
import type { Judge, OpenJudge } from '../rules/judge.ts'
import { type Placement, placementOf } from './placement.ts'
import { openSight, type Sight } from './sight.ts'

/** What the rules say to one reader, as of a moment. */
export type Standing = {
  readonly sight: Sight
  /** What every event that is shown has by the rules; `undefined` when they say no such thing. */
  readonly byRules: Placement | undefined
  /** True when shown documents have no values but those of the document itself. */
  readonly isPlain: boolean
  /** From `performance.now()`. */
  readonly since: number
}

export type StandingOptions = {
  readonly judge: OpenJudge
  /** The app as it is deployed now. */
  findApp(appId: string): Promise<App | undefined>
  /** The user as they are now; `undefined` when they are gone. */
  findUser(appId: string, userId: string): Promise<User | undefined>
}

const isFlag = (value: unknown): boolean =>
  typeof value === 'boolean' || typeof value === 'number' || Number.isFinite(Number(value))

const onlyKeeps = (projection: Document | undefined): boolean =>
  projection === undefined || Object.values(projection).every(isFlag)

const narrows = ({ reads, query, narrowing }: Judge): Placement | undefined => {
  const ofQuery = query && placementOf(query, 'fullDocument.')
  if (ofQuery !== undefined || reads !== 'each') return ofQuery
  return narrowing && placementOf(narrowing, 'fullDocument.')
}

const now = async (
  { findApp, findUser }: StandingOptions,
  { namespace, actor }: { namespace: Namespace; actor: Actor },
): Promise<{ namespace: Namespace; actor: Actor }> => {
  const app = await findApp(namespace.app.id)
  const { name, link } = namespace.source
  const source = app?.dataSources.find(one => one.name === name)
  const isSame = source !== undefined && JSON.stringify(source.link) === JSON.stringify(link)
  if (app === undefined || !isSame) throw new AppError('serviceNotFound', { name })
  const current = { ...namespace, app, source }
  if (actor.kind === 'system') return { namespace: current, actor }
  const user = await findUser(app.id, actor.user.id)
  if (user === undefined || user.disabled) throw new AppError('sessionInvalid')
  return { namespace: current, actor: { ...actor, user } }
}

/**
 * Asks the rules as they are deployed now, about the user as they are now.
 *
 * @throws `ruleNotFound`, `serviceNotFound` when the data source is gone or linked elsewhere, `sessionInvalid` when the
 * user is gone or disabled
 */
export const openStanding = async (
  options: StandingOptions,
  reader: { namespace: Namespace; actor: Actor },
): Promise<Standing> => {
  const since = performance.now()
  const current = await now(options, reader)
  const judge = await options.judge(current.namespace, current.actor)
  return {
    sight: openSight(judge),
    byRules: narrows(judge),
    isPlain: onlyKeeps(judge.projection),
    since,
  }
}
