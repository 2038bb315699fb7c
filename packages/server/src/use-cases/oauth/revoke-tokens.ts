import type { Deps } from '../../deps.ts'
import { revokeAppleToken } from '../../providers/oauth/revoke.ts'
import type { DueToken } from '../../store/provider-tokens.ts'

const batch = 50
const minuteMs = 60_000
const longestWaitMs = 6 * 60 * minuteMs
const giveUpAfterMs = 30 * 24 * 60 * minuteMs

/** One minute after the first failure, then twice as long each time, up to six hours. */
const waitMs = (tries: number): number => Math.min(minuteMs * 2 ** tries, longestWaitMs)

const revoke = async (deps: Deps, token: DueToken): Promise<void> => {
  const app = await deps.store.apps.findById(token.appId)
  const entry = app?.providers.find(({ type }) => type === token.providerType)
  if (!app || !entry) throw new Error('the app has no such auth provider any more')
  await revokeAppleToken(deps, { app, entry }, token)
}

const revokeOrPostpone = async (deps: Deps, token: DueToken): Promise<boolean> => {
  const { store, log, now } = deps
  const { id, userId, providerType: provider, tries, dueSince } = token
  try {
    await revoke(deps, token)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const facts = { user: userId, provider, tries: tries + 1, reason }
    if (now() - dueSince < giveUpAfterMs) {
      log.warn('a token of a deleted user is not revoked yet', facts)
      await store.providerTokens.postpone(id, now() + waitMs(tries))
      return false
    }
    log.error('a token of a deleted user could not be revoked for 30 days', facts)
  }
  await store.providerTokens.remove(id)
  return true
}

/**
 * Tells providers to revoke the tokens of users who are gone, as far as they are due. What fails is tried again
 * later, for 30 days. A crash in between revokes twice, which is harmless.
 *
 * Resolves how many are done with, and whether there may be more.
 */
export const revokeDueTokens = async (
  deps: Deps,
  isStopped: () => boolean = () => false,
): Promise<{ readonly done: number; readonly isUnfinished: boolean }> => {
  const due = await deps.store.providerTokens.listDue(deps.now(), batch)
  let done = 0
  for (const token of due) {
    if (isStopped()) break
    if (await revokeOrPostpone(deps, token)) done += 1
  }
  return { done, isUnfinished: due.length === batch }
}
