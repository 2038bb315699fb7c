import { clientPaths } from '@regent/protocol/paths'
import { readString, wrongType } from './arguments.ts'
import { isProviderType, type ProviderType } from './credentials.ts'
import { RegentError } from './errors.ts'
import type { Request } from './http/http.ts'
import { noDevice } from './storage/stored-user.ts'

/** What a device said of itself when it logged in. */
export type SessionDevice = {
  /** `null` for a client that said nothing of its device. */
  readonly id: string | null
  readonly platform?: string
  readonly platformVersion?: string
  readonly sdk?: string
  readonly sdkVersion?: string
  readonly frameworkName?: string
  readonly frameworkVersion?: string
  readonly deviceName?: string
  readonly deviceVersion?: string
  readonly cpuArch?: string
  readonly appId?: string
  readonly appVersion?: string
  readonly bundleId?: string
}

/** A log-in of the user that is still good, on this device or another. */
export type UserSession = {
  readonly id: string
  readonly device: SessionDevice
  /** The provider that the session began with. */
  readonly providerType: ProviderType
  readonly createdAt: Date
  /** By the minute. */
  readonly lastUsedAt: Date
  /** True for the session of this `User` object. */
  readonly isCurrent: boolean
}

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const readDevice = (id: unknown, device: unknown): SessionDevice => {
  const known = typeof id === 'string' && id !== noDevice ? id : null
  const said = Object.entries(isFields(device) ? device : {}).filter(
    ([name, value]) => name !== 'id' && typeof value === 'string',
  )
  return { id: known, ...Object.fromEntries(said) }
}

const readSession = (value: unknown): UserSession => {
  const { id, device_id, device, provider_type, created_at, last_used_at, current } = (
    isFields(value) ? value : {}
  ) as Fields
  const isRead =
    typeof id === 'string' &&
    typeof provider_type === 'string' &&
    isProviderType(provider_type) &&
    typeof created_at === 'number' &&
    typeof last_used_at === 'number'
  if (!isRead) throw new RegentError({ code: 'MissingJsonKey', message: 'malformed session' })
  return {
    id,
    device: readDevice(device_id, device),
    providerType: provider_type,
    createdAt: new Date(created_at * 1_000),
    lastUsedAt: new Date(last_used_at * 1_000),
    isCurrent: current === true,
  }
}

/** An id that is none would name another path, and that of all sessions is one. */
const readSessionId = (value: unknown): string => {
  const id = readString(value, 'id')
  if (/^[0-9a-f]{24}$/i.test(id)) return id.toLowerCase()
  throw wrongType('id', 'a string of 24 hex characters', value)
}

/** @internal */
export type SessionCalls = {
  readonly send: (request: Request) => Promise<unknown>
  readonly currentId: () => string | undefined
  readonly logOut: () => Promise<void>
}

/** The user's sessions on all devices. The Realm SDK has no such thing: the calls are ours. */
export class UserSessions {
  readonly #calls: SessionCalls

  /** @internal */
  constructor(calls: SessionCalls) {
    this.#calls = calls
  }

  /** The current one first, then the newest 99 others. */
  async list(): Promise<UserSession[]> {
    const answer = await this.#calls.send({ method: 'GET', path: clientPaths.sessions() })
    if (Array.isArray(answer)) return answer.map(readSession)
    throw new RegentError({ code: 'MissingJsonKey', message: 'malformed list of sessions' })
  }

  /**
   * Ends one session: its device can get no new access token, and the one it has runs out within 30 minutes.
   * Ending the current session is `user.logOut()`.
   *
   * @throws RegentError with status 404 when the user has no such session
   */
  async end(id: string): Promise<void> {
    const sessionId = readSessionId(id)
    if (sessionId === this.#calls.currentId()) return this.#calls.logOut()
    await this.#calls.send({ method: 'DELETE', path: clientPaths.sessionOf(sessionId) })
  }

  /** Ends all sessions of the user but the current one. */
  async endOthers(): Promise<void> {
    await this.#calls.send({ method: 'DELETE', path: clientPaths.sessions() })
  }
}
