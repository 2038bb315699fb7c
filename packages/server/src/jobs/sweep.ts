import { deleteLeaving } from '../apps/delete-app.ts'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { randomHex } from '../security/random.ts'
import { wantedEvents } from '../triggers/wanted-events.ts'
import { finishKey } from '../use-cases/api-keys/end-key.ts'
import { deleteLeft, finishDelete } from '../use-cases/delete-account.ts'
import { endSessionsAfterReset } from '../use-cases/email-password/end-sessions.ts'
import { finishUnlink } from '../use-cases/finish-unlink.ts'
import { type Job, repeat } from './repeat.ts'

/** What one sweep did. */
export type Sweep = {
  readonly deletesFinished: number
  readonly resetsFinished: number
  readonly unlinksFinished: number
  /** Accounts that got another e-mail address. */
  readonly movesFinished: number
  readonly keysFinished: number
  /** Deleted apps of which something was left. */
  readonly appsFinished: number
  readonly anonymousDeleted: number
  /** Users whose grace period was over. */
  readonly leftDeleted: number
  readonly claimsRemoved: number
  /** True when there may be more of something than one sweep takes. */
  readonly isUnfinished: boolean
}

const batch = 200
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const leaseName = 'sweep'
const leaseMs = 10 * minuteMs
/** A claim this old without its user is no log-in under way any more. */
const claimGraceMs = 10 * minuteMs
/** An unlink this old is not under way any more. */
const unlinkGraceMs = minuteMs

const finishDeletes = async (deps: Deps): Promise<number> => {
  const deleting = await deps.store.users.listDeleting(batch)
  for (const userId of deleting) await finishDelete(deps, userId)
  return deleting.length
}

const finishResets = async (deps: Deps): Promise<number> => {
  const accounts = await deps.store.passwords.listToEndSessions(batch)
  for (const account of accounts) await endSessionsAfterReset(deps, account)
  return accounts.length
}

const finishUnlinks = async (deps: Deps): Promise<number> => {
  const unlinking = await deps.store.users.listUnlinking(deps.now() - unlinkGraceMs, batch)
  for (const userId of unlinking) {
    const user = await deps.store.users.findById(userId)
    if (user) await finishUnlink(deps, user)
  }
  return unlinking.length
}

const finishMoves = async ({ store }: Deps): Promise<number> => {
  const moves = await store.passwords.listMoves(batch)
  for (const identityId of moves) await store.passwords.finishMove(identityId)
  return moves.length
}

const finishKeys = async (deps: Deps): Promise<number> => {
  const keys = await deps.store.apiKeys.listUnfinished(batch)
  for (const key of keys) await finishKey(deps, key)
  return keys.length
}

const deleteUnused = async (deps: Deps, app: App): Promise<number> => {
  const { store, now, activity } = deps
  if (app.anonymousDays === 0) return 0
  const before = now() - app.anonymousDays * dayMs
  const unused = await store.users.listUnusedAnonymous(app.id, before, batch)
  for (const userId of unused) {
    const event = { type: 'DELETE', providers: ['anon-user'], at: now() } as const
    await store.users.markUnused(userId, before, wantedEvents(deps, app, [event]))
    activity.note({ type: 'AUTH', event: 'delete_unused', appId: app.id, userId })
  }
  return unused.length
}

/** The lowest ObjectId of a time. */
const idAt = (ms: number): string =>
  `${Math.floor(ms / 1000)
    .toString(16)
    .padStart(8, '0')}${'0'.repeat(16)}`

/**
 * Removes claims whose user was never made and whom no log-in will complete. Each claim is looked at once: user
 * ids grow with time, and `after` is how far the sweeps before had come.
 */
const removeOrphanClaims = async (
  { store, now }: Deps,
  after: string,
): Promise<{ removed: number; seen: number; progress: string }> => {
  const start = after === '' ? idAt(0) : after
  const claims = await store.identities.listBetween(start, idAt(now() - claimGraceMs), batch)
  const userIds = new Set(await store.users.listExisting(claims.map(claim => claim.userId)))
  const orphans = claims.filter(claim => !userIds.has(claim.userId))
  for (const claim of orphans) await store.identities.remove(claim)
  const progress = claims.at(-1)?.userId ?? after
  return { removed: orphans.length, seen: claims.length, progress }
}

const sweepAll = async (
  deps: Deps,
  progress: string,
): Promise<{ sweep: Sweep; progress: string }> => {
  let anonymousDeleted = 0
  let leftDeleted = 0
  for (const app of await deps.store.apps.list()) {
    anonymousDeleted += await deleteUnused(deps, app)
    leftDeleted += await deleteLeft(deps, app, batch)
  }
  const deletesFinished = await finishDeletes(deps)
  const resetsFinished = await finishResets(deps)
  const unlinksFinished = await finishUnlinks(deps)
  const movesFinished = await finishMoves(deps)
  const keysFinished = await finishKeys(deps)
  const appsFinished = await deleteLeaving(deps)
  await deps.store.sessions.removeExpired(deps.now())
  const claims = await removeOrphanClaims(deps, progress)
  const finished = {
    deletesFinished,
    resetsFinished,
    unlinksFinished,
    movesFinished,
    keysFinished,
    appsFinished,
  }
  const most = Math.max(anonymousDeleted, leftDeleted, claims.seen, ...Object.values(finished))
  const sweep = {
    ...finished,
    anonymousDeleted,
    leftDeleted,
    claimsRemoved: claims.removed,
    isUnfinished: most >= batch,
  }
  return { sweep, progress: claims.progress }
}

/**
 * Finishes what a crash left and ends what has had its time: deletes, resets whose sessions must end, unlinks,
 * accounts that get another address, API keys that were disabled or deleted, deleted apps, sessions that expired,
 * anonymous users that nobody used, users whose grace period is over, claims without a user. Takes a bounded number of
 * each.
 *
 * Resolves `undefined`, doing nothing, while another server sweeps.
 */
export const sweepOnce = async (
  deps: Deps,
  owner: string = randomHex(8),
): Promise<Sweep | undefined> => {
  const { leases } = deps.store
  const lease = { name: leaseName, owner, now: deps.now(), forMs: leaseMs }
  const before = await leases.acquire(lease)
  if (before === undefined) return undefined
  const { sweep, progress } = await sweepAll(deps, before)
  await leases.release(leaseName, owner, progress)
  return sweep
}

/** Users who were deleted are no secret to the operator; a sweep that found nothing is not worth a line. */
const logSweep = ({ log }: Deps, { isUnfinished: _, ...done }: Sweep): void => {
  if (Object.values(done).some(count => count > 0)) log.info('swept', done)
}

/** Sweeps now and then every minute, or at once when there was too much for one sweep. */
export const startSweep = (
  deps: Deps,
  { everyMs = minuteMs }: { readonly everyMs?: number } = {},
): Job => {
  const owner = randomHex(8)
  return repeat(async () => {
    try {
      const sweep = await sweepOnce(deps, owner)
      if (sweep) logSweep(deps, sweep)
      return sweep?.isUnfinished ? 0 : everyMs
    } catch (error) {
      deps.log.error('the sweep failed', { err: error })
      return everyMs
    }
  })
}
