import { toEjson, type UserDataWire } from '@regent/protocol'
import { profileData } from '../../domain/user.ts'
import type { UserData } from '../../use-cases/users/data.ts'

const time = (milliseconds: number): string => new Date(milliseconds).toISOString()

const identitiesOf = ({ user }: UserData): UserDataWire['identities'] =>
  user.identities.map(({ id, providerType, linkedAt, data }) => ({
    id,
    provider_type: providerType,
    linked_at: time(linkedAt),
    data,
  }))

const sessionsOf = ({ sessions, devices }: UserData): UserDataWire['sessions'] =>
  sessions.map(({ id, deviceId, providerType, createdAt, lastUsedAt, expiresAt }) => ({
    id,
    device_id: deviceId,
    device: devices.find(device => device.id === deviceId)?.details ?? {},
    provider_type: providerType,
    created_at: time(createdAt),
    last_used_at: time(lastUsedAt),
    ...(expiresAt !== undefined && { expires_at: time(expiresAt) }),
  }))

const keysOf = ({ apiKeys }: UserData): UserDataWire['api_keys'] =>
  apiKeys.map(({ id, name, prefix, disabled, createdAt, lastUsedAt }) => ({
    id,
    name,
    prefix,
    disabled,
    created_at: time(createdAt),
    ...(lastUsedAt !== undefined && { last_used_at: time(lastUsedAt) }),
  }))

const eventsOf = ({ events }: UserData): UserDataWire['events'] =>
  events.map(({ at, type, event, provider, address, error }) => ({
    at: time(at),
    type,
    event,
    ...(provider !== undefined && { provider_type: provider }),
    ...(address !== undefined && { ip_address: address }),
    ...(error !== undefined && { error }),
  }))

const userOf = ({ user }: UserData): UserDataWire['user'] => ({
  id: user.id,
  type: user.type,
  disabled: user.disabled,
  created_at: time(user.createdAt),
  last_login_at: time(user.lastLoginAt),
  last_seen_at: time(user.lastSeenAt),
  ...(user.deletesAt !== undefined && { deletes_at: time(user.deletesAt) }),
})

/** Everything that is kept about a user, for the user and for operators. */
export const toUserDataWire = (data: UserData): UserDataWire => {
  const { account, customData, customDataError } = data
  return {
    exported_at: time(data.readAt),
    app_id: data.app.clientAppId,
    user: userOf(data),
    profile: profileData(data.user),
    identities: identitiesOf(data),
    registration: account
      ? {
          email: account.email,
          confirmed: account.state === 'confirmed',
          created_at: time(account.createdAt),
        }
      : null,
    custom_data: customData ? toEjson(customData) : null,
    ...(customDataError !== undefined && { custom_data_error: customDataError }),
    sessions: sessionsOf(data),
    devices: data.devices.map(({ id, createdAt, details }) => ({
      id,
      created_at: time(createdAt),
      details,
    })),
    api_keys: keysOf(data),
    events: eventsOf(data),
  }
}
