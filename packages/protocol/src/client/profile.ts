import type { ProviderType } from '../providers.ts'

/**
 * Answer of `auth/profile`. Identities are oldest first: native SDKs take the first one's type as the user's.
 *
 * @see realm-core `app.cpp` (`refresh_custom_data`, profile parsing); realm-web `UserProfile.ts`
 */
export type ProfileWire = {
  readonly user_id: string
  readonly domain_id: string
  readonly identities: readonly {
    readonly id: string
    readonly provider_type: ProviderType
    readonly provider_id: string
  }[]
  readonly data: Readonly<Record<string, unknown>>
  readonly type: 'normal' | 'server'
}
