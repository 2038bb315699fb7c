import { Listeners } from '../listeners.ts'
import { nextSession, type SessionEvent, type SessionState, tokensOf } from '../session.ts'
import type { Account, StoredUser } from '../storage/stored-user.ts'

/** One user as this process knows it. Only `users.ts` and what it is made of change it. */
export type UserRecord = {
  account: Account
  session: SessionState
  order: number
  readonly listeners: Listeners
  /** Called when the user has no login any more, before anybody is told. */
  readonly onLogOut: Set<() => void>
}

export const createRecord = ({ account, tokens, order }: StoredUser): UserRecord => ({
  account,
  session: tokens ? { status: 'active', tokens } : { status: 'logged-out' },
  order,
  listeners: new Listeners(),
  onLogOut: new Set(),
})

export const apply = (record: UserRecord, event: SessionEvent): void => {
  const wasLoggedIn = tokensOf(record.session) !== undefined
  record.session = nextSession(record.session, event)
  if (!wasLoggedIn || tokensOf(record.session)) return
  for (const callback of [...record.onLogOut]) callback()
}

export const toStoredUser = (record: UserRecord): StoredUser => ({
  account: record.account,
  tokens: tokensOf(record.session),
  order: record.order,
})

/** True for a user that has no other identity than an anonymous one: logging out loses it. */
export const isAnonymous = ({ identities }: Account): boolean =>
  identities.length > 0 && identities.every(identity => identity.providerType === 'anon-user')
