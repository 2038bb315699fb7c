import type { ProviderType } from '@regent/protocol'
import { canonicalEmail, isAccountName } from './email.ts'

/** One way in which a user is known to an auth provider. */
export type Identity = {
  /** The provider's id of the user; for `local-userpass` an ObjectId of ours, for `anon-user` `<userId>-<24 letters>`. */
  readonly id: string
  readonly providerType: ProviderType
  readonly providerId: string
  /** Metadata of that provider: what it adds to `user.profile`. */
  readonly data: Readonly<Record<string, unknown>>
  readonly linkedAt: number
}

/** An identity that was taken off its user, while what belongs to it is not gone yet. */
export type Unlinking = {
  readonly providerType: ProviderType
  readonly id: string
  /** When it was taken off, milliseconds since 1970. */
  readonly at: number
  /** The session that goes on; `undefined` when none does. */
  readonly keptSessionId: string | undefined
}

/** An event that a trigger wants and that is not delivered yet. */
export type UserEvent = {
  /** 24 hex characters: what is delivered twice has the same. */
  readonly id: string
  readonly type: 'CREATE' | 'LOGIN' | 'DELETE'
  readonly providers: readonly ProviderType[]
  readonly at: number
}

/** A user of one app. Times are milliseconds since 1970. */
export type User = {
  /** ObjectId as 24 hex characters: the public user id. */
  readonly id: string
  readonly appId: string
  readonly type: 'normal' | 'server'
  /** Oldest first. */
  readonly identities: readonly Identity[]
  readonly disabled: boolean
  /** Set for ever once the user is being deleted. */
  readonly deleting: boolean
  /** When the user is to be deleted, unless they log in before; there once they asked for it. */
  readonly deletesAt?: number
  /** There while an unlink is under way, or was cut off. */
  readonly unlinking?: Unlinking
  readonly createdAt: number
  readonly lastLoginAt: number
  /** When the user last logged in or refreshed, kept to the hour; anonymous users end by it. */
  readonly lastSeenAt: number
}

/** The merged metadata of all identities; a later identity's field wins. */
export const profileData = (user: User): Record<string, unknown> =>
  Object.assign({}, ...user.identities.map(identity => identity.data))

/** True for a user that has no other identity than an anonymous one. */
export const isAnonymous = (user: User): boolean =>
  user.identities.every(identity => identity.providerType === 'anon-user')

/** True for a user who may do something with a session. */
export const isAdmitted = ({ disabled, deleting, deletesAt }: User): boolean =>
  !disabled && !deleting && deletesAt === undefined

/** E-mail addresses by which a user is looked for; a third one is so rare that it has no index. */
const mostEmails = 2

/** The canonical e-mail addresses that the identities tell of, the oldest identity's first; at most two. */
export const knownEmails = (identities: readonly Pick<Identity, 'data'>[]): string[] => {
  const emails = identities.flatMap(({ data: { email } }) =>
    typeof email === 'string' && isAccountName(email) ? [canonicalEmail(email)] : [],
  )
  return [...new Set(emails)].slice(0, mostEmails)
}
