import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import {
  type Identity,
  isAnonymous,
  knownEmails,
  type Unlinking,
  type User,
  type UserEvent,
} from '../domain/user.ts'
import { fromDate, fromObjectId, toDate, toObjectId } from './object-id.ts'

export const fromIdentity = (identity: Identity): Document => ({
  ...identity,
  linkedAt: toDate(identity.linkedAt),
})

export const fromUnlinking = ({ at, keptSessionId, ...rest }: Unlinking): Document => ({
  ...rest,
  at: toDate(at),
  ...(keptSessionId !== undefined && { keptSessionId: toObjectId(keptSessionId) }),
})

const toUnlinking = ({ providerType, id, at, keptSessionId }: Document): Unlinking => ({
  providerType: providerType as ProviderType,
  id,
  at: fromDate(at),
  keptSessionId: keptSessionId && fromObjectId(keptSessionId),
})

/** As kept beside an event's user. */
export const fromEvent = (event: UserEvent): Document => ({ ...event, at: toDate(event.at) })

/** The fields by which a user is found by e-mail address. */
export const emailFields = (emails: readonly string[]): Document => {
  const [email, otherEmail] = emails
  return { ...(email !== undefined && { email }), ...(otherEmail !== undefined && { otherEmail }) }
}

/** `deleting`, `anonymous` and the e-mail fields are there only when they say something: that keeps partial indexes small. */
export const fromUser = (user: User, events: readonly UserEvent[]): Document => ({
  _id: toObjectId(user.id),
  appId: toObjectId(user.appId),
  type: user.type,
  identities: user.identities.map(fromIdentity),
  ...emailFields(knownEmails(user.identities)),
  disabled: user.disabled,
  createdAt: toDate(user.createdAt),
  lastLoginAt: toDate(user.lastLoginAt),
  lastSeenAt: toDate(user.lastSeenAt),
  ...(events.length > 0 && { events: events.map(fromEvent), hasEvents: true }),
  ...(isAnonymous(user) && { anonymous: true }),
})

export const toUser = (document: Document): User => ({
  id: fromObjectId(document._id),
  appId: fromObjectId(document.appId),
  type: document.type,
  identities: (document.identities as Document[]).map(
    identity => ({ ...identity, linkedAt: fromDate(identity.linkedAt) }) as Identity,
  ),
  disabled: document.disabled,
  deleting: document.deleting === true,
  ...(document.unlinking && { unlinking: toUnlinking(document.unlinking) }),
  ...(document.deletesAt && { deletesAt: fromDate(document.deletesAt) }),
  createdAt: fromDate(document.createdAt),
  lastLoginAt: fromDate(document.lastLoginAt),
  lastSeenAt: fromDate(document.lastSeenAt),
})
