import {
  type AdminUserWire,
  toEjson,
  type UserDetailsWire,
  type UserDeviceWire,
  type VerifiedTokenWire,
} from '@regent/protocol'
import type { KeptEntry } from '../../../activity/entry.ts'
import type { ApiKey } from '../../../domain/api-key.ts'
import type { Device } from '../../../domain/device.ts'
import type { Session } from '../../../domain/session.ts'
import { profileData, type User } from '../../../domain/user.ts'
import type { UserDetails } from '../../../use-cases/users/details.ts'
import type { VerifiedToken } from '../../../use-cases/users/verify-token.ts'
import { toSeconds } from '../../to-seconds.ts'

export const toUserWire = (user: User): AdminUserWire => ({
  _id: user.id,
  identities: user.identities.map(identity => ({
    id: identity.id,
    provider_type: identity.providerType,
    provider_id: identity.providerId,
    provider_data: identity.data,
  })),
  type: user.type,
  creation_date: toSeconds(user.createdAt),
  last_authentication_date: toSeconds(user.lastLoginAt),
  disabled: user.disabled,
  data: profileData(user),
  ...(user.deletesAt !== undefined && { deletes_at: toSeconds(user.deletesAt) }),
})

export const toDeviceWire = ({ id, createdAt, details }: Device): UserDeviceWire => ({
  _id: id,
  created_at: toSeconds(createdAt),
  details,
})

const toSessionWire = (session: Session, devices: readonly Device[]) => ({
  _id: session.id,
  device_id: session.deviceId,
  device: devices.find(({ id }) => id === session.deviceId)?.details ?? {},
  provider_type: session.providerType,
  created_at: toSeconds(session.createdAt),
  last_used_at: toSeconds(session.lastUsedAt),
  ...(session.expiresAt !== undefined && { expires_at: toSeconds(session.expiresAt) }),
})

const toKeyWire = (key: ApiKey) => ({
  _id: key.id,
  name: key.name,
  prefix: key.prefix,
  disabled: key.disabled,
  created_at: toSeconds(key.createdAt),
  ...(key.lastUsedAt !== undefined && { last_used_at: toSeconds(key.lastUsedAt) }),
})

const toEventWire = ({ id, at, type, event, provider, address, error, detail }: KeptEntry) => ({
  _id: id,
  at: toSeconds(at),
  type,
  event,
  ...(provider !== undefined && { provider_type: provider }),
  ...(address !== undefined && { remote_ip_address: address }),
  ...(error !== undefined && { error }),
  ...(detail !== undefined && { detail }),
})

export const toDetailsWire = (details: UserDetails): UserDetailsWire => {
  const { account, customData, customDataError, devices } = details
  return {
    user: toUserWire(details.user),
    registration: account
      ? {
          email: account.email,
          confirmed: account.state === 'confirmed',
          created_at: toSeconds(account.createdAt),
        }
      : null,
    custom_data: customData ? toEjson(customData) : null,
    ...(customDataError !== undefined && { custom_data_error: customDataError }),
    sessions: details.sessions.map(session => toSessionWire(session, devices)),
    devices: devices.map(toDeviceWire),
    api_keys: details.apiKeys.map(toKeyWire),
    events: details.events.map(toEventWire),
  }
}

export const toVerifiedWire = (verified: VerifiedToken | undefined): VerifiedTokenWire => {
  if (!verified) return 'token expired'
  const { claims, data } = verified
  return {
    sub: String(claims.sub),
    exp: Number(claims.exp),
    iat: Number(claims.iat),
    iss: String(claims.iss),
    aud: String(claims.aud),
    domain_id: String(claims.baas_domain_id),
    device_id: String(claims.baas_device_id),
    data,
    custom_user_data: (claims.user_data ?? {}) as Record<string, unknown>,
  }
}
