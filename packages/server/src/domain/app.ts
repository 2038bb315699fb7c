import type { ProviderType } from '@regent/protocol'

/** What `auth/providers.json` says of one auth provider. */
export type AuthProvider = {
  /** 24 hex characters; `provider_id` on the wire. Stays the same over deployments. */
  readonly id: string
  readonly type: ProviderType
  readonly disabled: boolean
  /** The entry's `config`, checked by its provider's schema at deploy. */
  readonly config: Readonly<Record<string, unknown>>
}

/** Config of `local-userpass` (names as in the exported file). */
export type EmailPasswordConfig = {
  readonly autoConfirm: boolean
  readonly emailConfirmationUrl?: string
  readonly confirmEmailSubject?: string
  readonly resetPasswordUrl?: string
  readonly resetPasswordSubject?: string
}

/** A mail template of the app, in place of the built-in one. */
export type MailTemplate = {
  readonly subject?: string
  readonly text?: string
  readonly html?: string
}

/** An app as deployed. */
export type App = {
  /** 24 hex characters; `domain_id` on the wire. */
  readonly id: string
  /** `shop-xkqzp`: what clients put into paths. */
  readonly clientAppId: string
  readonly name: string
  /** Origins browsers may call from; empty means all. */
  readonly allowedRequestOrigins: readonly string[]
  readonly providers: readonly AuthProvider[]
  /** Life of a refresh token, in seconds: 1,800 (30 minutes) to 157,680,000 (5 years). Default 5,184,000 (60 days). */
  readonly refreshTokenSeconds: number
  /** Days after which an unused anonymous user is deleted; 0 means never. Default 90. */
  readonly anonymousDays: number
  readonly mail: { readonly confirm?: MailTemplate; readonly reset?: MailTemplate }
  /** Digest of the app directory this deployment came from. */
  readonly digest: string
  readonly deployedAt: number
}
