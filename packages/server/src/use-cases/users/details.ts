import type { Document } from 'bson'
import type { KeptEntry } from '../../activity/entry.ts'
import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import type { Device } from '../../domain/device.ts'
import type { PasswordAccount } from '../../domain/password.ts'
import type { Session } from '../../domain/session.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { findLogs } from '../admin/logs.ts'
import { findAccountOfUser } from '../email-password/account.ts'

/** What is kept about a user beside the user, the newest first. */
export type UserDetails = {
  readonly user: User
  /** The account of e-mail and password; `undefined` when the user has none. */
  readonly account: PasswordAccount | undefined
  /** `undefined` when there is none, or it cannot be read now. */
  readonly customData: Document | undefined
  /** Why it cannot be read. */
  readonly customDataError: string | undefined
  readonly sessions: readonly Session[]
  readonly devices: readonly Device[]
  readonly apiKeys: readonly ApiKey[]
  readonly events: readonly KeptEntry[]
}

/** How many of each are wanted. */
export type DetailLimits = { readonly sessions: number; readonly events: number }

const mostDevices = 1_000

const readCustomData = async (
  { data }: Deps,
  app: App,
  userId: string,
): Promise<Pick<UserDetails, 'customData' | 'customDataError'>> => {
  try {
    const customData = await data.readCustomData(app, userId)
    return { customData, customDataError: undefined }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { customData: undefined, customDataError: error.message }
  }
}

/** A server key belongs to the app; its user has it as an identity. */
const listKeys = async ({ store }: Deps, user: User): Promise<ApiKey[]> => {
  if (user.type === 'normal') return store.apiKeys.listByOwner(user.id)
  const keys = await Promise.all(user.identities.map(({ id }) => store.apiKeys.findById(id)))
  return keys.filter(key => key !== undefined)
}

/** Devices that the user was the last to log in from, oldest first. */
export const listUserDevices = ({ store }: Deps, { id }: User): Promise<Device[]> =>
  store.devices.listByUser(id, mostDevices)

export const readDetails = async (
  deps: Deps,
  app: App,
  { user, limits }: { readonly user: User; readonly limits: DetailLimits },
): Promise<UserDetails> => {
  const { store, now } = deps
  const [account, custom, allSessions, devices, apiKeys, logs] = await Promise.all([
    findAccountOfUser(deps, user),
    readCustomData(deps, app, user.id),
    store.sessions.listNewest(user.id, limits.sessions),
    listUserDevices(deps, user),
    listKeys(deps, user),
    findLogs(deps, app, { user: user.id, skip: 0, limit: limits.events }),
  ])
  const sessions = allSessions.filter(
    ({ expiresAt }) => expiresAt === undefined || expiresAt > now(),
  )
  return {
    user,
    account,
    ...custom,
    sessions,
    devices,
    apiKeys: apiKeys.filter(({ deleting }) => !deleting),
    events: logs.entries,
  }
}
