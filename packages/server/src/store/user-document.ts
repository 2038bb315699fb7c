import type { ProviderType } from '@regent/protocol'
import type { Document } from 'bson'
import type { Identity, Unlinking, User } from '../domain/user.ts'
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
  createdAt: fromDate(document.createdAt),
  lastLoginAt: fromDate(document.lastLoginAt),
  lastSeenAt: fromDate(document.lastSeenAt),
})
