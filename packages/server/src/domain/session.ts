import type { ProviderType } from '@regent/protocol'

/** One login of one user. Times are milliseconds since 1970. */
export type Session = {
  /** ObjectId as 24 hex characters; `baas_id` of the refresh token. */
  readonly id: string
  readonly appId: string
  readonly userId: string
  readonly deviceId: string
  readonly providerType: ProviderType
  readonly providerId: string
  readonly identityId: string
  readonly createdAt: number
  readonly lastUsedAt: number
  /** `undefined` when the session lasts as long as its (anonymous) user. */
  readonly expiresAt: number | undefined
}
