import type { ProviderType } from '../providers.ts'

/** A log-in of the user that is still good. Ours: the original showed none. Times are whole seconds since 1970. */
export type SessionWire = {
  /** 24 hex characters. */
  readonly id: string
  /** 24 zeros when the client said nothing of its device. */
  readonly device_id: string
  /** What the client said of its device at log-in, by the names it used (`platform`, `sdkVersion` …); may be empty. */
  readonly device: Readonly<Record<string, string>>
  /** The provider that the session was begun with. */
  readonly provider_type: ProviderType
  readonly created_at: number
  /** By the minute. */
  readonly last_used_at: number
  /** True for the session that asks. */
  readonly current: boolean
}
