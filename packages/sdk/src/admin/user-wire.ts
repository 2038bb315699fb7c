import type {
  AdminUserWire,
  UserDetailsWire,
  UserDeviceWire,
  VerifiedTokenWire,
} from '@regent/protocol'
import { toDate, toDateIf } from './to-date.ts'
import type {
  AdminUser,
  SearchUsersOptions,
  UserDetails,
  UserDevice,
  VerifiedToken,
} from './user-types.ts'

export const toUser = (user: AdminUserWire): AdminUser => ({
  id: user._id,
  type: user.type,
  disabled: user.disabled,
  createdAt: toDate(user.creation_date),
  lastLoginAt: toDate(user.last_authentication_date),
  deletesAt: toDateIf(user.deletes_at),
  profile: user.data,
  identities: user.identities.map(({ id, provider_type, provider_data }) => ({
    id,
    providerType: provider_type,
    data: provider_data,
  })),
})

export const toDevice = ({ _id, created_at, details }: UserDeviceWire): UserDevice => ({
  id: _id,
  createdAt: toDate(created_at),
  details,
})

export const toDetails = (wire: UserDetailsWire): UserDetails => ({
  user: toUser(wire.user),
  registration: wire.registration
    ? {
        email: wire.registration.email,
        confirmed: wire.registration.confirmed,
        createdAt: toDate(wire.registration.created_at),
      }
    : undefined,
  customData: wire.custom_data ?? undefined,
  customDataError: wire.custom_data_error,
  sessions: wire.sessions.map(session => ({
    id: session._id,
    deviceId: session.device_id,
    device: session.device,
    providerType: session.provider_type,
    createdAt: toDate(session.created_at),
    lastUsedAt: toDate(session.last_used_at),
    expiresAt: toDateIf(session.expires_at),
  })),
  devices: wire.devices.map(toDevice),
  apiKeys: wire.api_keys.map(({ _id, created_at, last_used_at, ...key }) => ({
    id: _id,
    ...key,
    createdAt: toDate(created_at),
    lastUsedAt: toDateIf(last_used_at),
  })),
  events: wire.events.map(event => ({
    id: event._id,
    at: toDate(event.at),
    type: event.type,
    event: event.event,
    providerType: event.provider_type,
    address: event.remote_ip_address,
    error: event.error,
    detail: event.detail,
  })),
})

const sorts = { id: '_id', created: 'created', lastLogin: 'last_login', email: 'email' } as const

export const toSearchQuery = (
  search: SearchUsersOptions,
): Readonly<Record<string, string | number | boolean | undefined>> => ({
  email_prefix: search.emailPrefix,
  status: search.status,
  provider_types: search.providerTypes?.join(','),
  created_from: search.createdFrom?.toISOString(),
  created_until: search.createdUntil?.toISOString(),
  last_login_from: search.lastLoginFrom?.toISOString(),
  last_login_until: search.lastLoginUntil?.toISOString(),
  sort: search.sort && sorts[search.sort],
  desc: search.descending,
  cursor: search.cursor,
  limit: search.limit,
})

export const toVerified = (wire: VerifiedTokenWire): VerifiedToken | undefined => {
  if (wire === 'token expired') return undefined
  return {
    userId: wire.sub,
    issuedAt: toDate(wire.iat),
    expiresAt: toDate(wire.exp),
    issuer: wire.iss,
    audience: wire.aud,
    deviceId: wire.device_id,
    profile: wire.data,
    customData: wire.custom_user_data,
  }
}
