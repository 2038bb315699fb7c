import type { KeptEntry } from '../../activity/entry.ts'
import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { User } from '../../domain/user.ts'
import type { AccessClaims } from '../../security/tokens.ts'
import { findLiveSession } from '../live-session.ts'
import { readDetails, type UserDetails } from './details.ts'

/** Everything that is kept about a user. */
export type UserData = UserDetails & {
  readonly app: App
  /** Milliseconds since 1970. */
  readonly readAt: number
}

const mostSessions = 1_000
const mostEvents = 10_000
const eventsAtOnce = 1_000

const readEvents = async (
  { activity }: Deps,
  query: { readonly appId: string; readonly userId: string; readonly until: number },
): Promise<KeptEntry[]> => {
  const events: KeptEntry[] = []
  while (events.length < mostEvents) {
    const page = await activity.find({ ...query, skip: events.length, limit: eventsAtOnce })
    events.push(...page)
    if (page.length < eventsAtOnce) break
  }
  return events
}

/**
 * What is kept about the user, the newest 10,000 log entries among it. Hashes and keys, which tell nobody anything, are
 * left out.
 */
export const readUserData = async (deps: Deps, app: App, user: User): Promise<UserData> => {
  const readAt = deps.now()
  const limits = { sessions: mostSessions, events: 1 }
  const [details, events] = await Promise.all([
    readDetails(deps, app, { user, limits }),
    readEvents(deps, { appId: app.id, userId: user.id, until: readAt }),
  ])
  return { ...details, events, app, readAt }
}

/**
 * What is kept about the user who asks; it takes a session that is still alive.
 *
 * @throws what `findLiveSession` does
 */
export const readOwnData = async (deps: Deps, claims: AccessClaims): Promise<UserData> => {
  const { user } = await findLiveSession(deps, claims)
  return readUserData(deps, claims.app, user)
}
