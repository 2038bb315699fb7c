import type { ProviderType } from '../providers.ts'

/** A user as the Admin API shows it. Dates are seconds since 1970. */
export type AdminUserWire = {
  readonly _id: string
  readonly identities: readonly {
    readonly id: string
    readonly provider_type: ProviderType
    readonly provider_id: string
    readonly provider_data: Readonly<Record<string, unknown>>
  }[]
  readonly type: 'normal' | 'server'
  readonly creation_date: number
  readonly last_authentication_date: number
  readonly disabled: boolean
  readonly data: Readonly<Record<string, unknown>>
}
