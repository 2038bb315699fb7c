import { noDeviceId } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { Device } from '../domain/device.ts'
import { isId } from '../domain/id.ts'
import type { Session } from '../domain/session.ts'
import { AppError } from '../errors.ts'
import type { AccessClaims } from '../security/tokens.ts'
import { findLiveSession } from './live-session.ts'

/** A session as its user sees it. */
export type SeenSession = {
  readonly session: Session
  /** `undefined` when the client said nothing of its device. */
  readonly device: Device | undefined
  /** True for the session that asks. */
  readonly isCurrent: boolean
}

/** More than a person looks through; clients log in again without logging out. */
const mostListed = 100

const devicesOf = async (
  { store }: Deps,
  sessions: readonly Session[],
): Promise<Map<string, Device>> => {
  const ids = new Set(sessions.map(({ deviceId }) => deviceId))
  ids.delete(noDeviceId)
  const devices = ids.size === 0 ? [] : await store.devices.listByIds([...ids])
  return new Map(devices.map(device => [device.id, device]))
}

/**
 * The user's sessions that are good still: the one that asks, then the newest 99 others.
 *
 * @throws what `findLiveSession` does
 */
export const listSessions = async (deps: Deps, claims: AccessClaims): Promise<SeenSession[]> => {
  const { session: current } = await findLiveSession(deps, claims)
  const newest = await deps.store.sessions.listNewest(claims.userId, mostListed)
  const others = newest.filter(
    ({ id, expiresAt }) => id !== current.id && (expiresAt === undefined || expiresAt > deps.now()),
  )
  const sessions = [current, ...others].slice(0, mostListed)
  const devices = await devicesOf(deps, sessions)
  return sessions.map(session => ({
    session,
    device: devices.get(session.deviceId),
    isCurrent: session.id === current.id,
  }))
}

/**
 * Ends one of the user's sessions; access tokens of it end within 30 minutes.
 *
 * @throws `sessionNotFound`, also for another user's session; what `findLiveSession` does
 */
export const endSession = async (
  deps: Deps,
  claims: AccessClaims,
  sessionId: string,
): Promise<void> => {
  const { user } = await findLiveSession(deps, claims)
  const { sessions } = deps.store
  const session = isId(sessionId) ? await sessions.findById(sessionId) : undefined
  if (session?.userId !== user.id || !(await sessions.remove(session.id))) {
    throw new AppError('sessionNotFound')
  }
}

/** Ends all sessions of the user but the one that asks. @throws what `findLiveSession` does */
export const endOtherSessions = async (deps: Deps, claims: AccessClaims): Promise<void> => {
  const { user, session } = await findLiveSession(deps, claims)
  await deps.store.sessions.removeByUser(user.id, { except: session.id })
}
