import type { ProviderType } from './providers.ts'

/** Claims that both kinds of token carry. Times are whole seconds since 1970: native clients read integers only. */
type CommonClaims = {
  readonly iat: number
  readonly exp: number
  /** User id. */
  readonly sub: string
  readonly baas_device_id: string
  /** The app's internal id. */
  readonly baas_domain_id: string
  readonly stitch_devId: string
  readonly stitch_domainId: string
  /** Session id. */
  readonly sid: string
  readonly baas_id: string
}

/** Payload of an access token. */
export type AccessTokenClaims = CommonClaims & {
  readonly typ: 'access'
  readonly iss: string
  /** Client app id. */
  readonly aud: string
  /** Custom user data; absent, never null, when there is none. */
  readonly user_data?: Readonly<Record<string, unknown>>
}

/** Payload of a refresh token. */
export type RefreshTokenClaims = CommonClaims & {
  readonly typ: 'refresh'
  readonly iss: string
  readonly aud: string
  readonly stitch_id: string
  readonly baas_data: null
  readonly stitch_data: null
  readonly baas_identity: IdentityClaim
  readonly stitch_ident: IdentityClaim
}

export type IdentityClaim = {
  readonly id: string
  readonly provider_type: ProviderType
  readonly provider_id: string
}

/** A device id that means "none" to every client. */
export const noDeviceId = '000000000000000000000000'
