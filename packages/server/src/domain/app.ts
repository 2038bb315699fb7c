import type { ProviderType } from '@regent/protocol'
import type { CustomUserData, DataSource } from './data-source.ts'
import type { AppFunction, AppValue, Environment, FunctionPackages } from './function.ts'
import type { AuthTrigger } from './trigger.ts'

/** What `auth/providers.json` says of one auth provider. */
export type AuthProvider = {
  /** 24 hex characters; `provider_id` on the wire. Stays the same over deployments. */
  readonly id: string
  readonly type: ProviderType
  readonly disabled: boolean
  /** The entry's `config`, checked by its provider's schema at deploy. */
  readonly config: Readonly<Record<string, unknown>>
  /** The entry's `secret_config`: names of the app's secrets, never their values. */
  readonly secretConfig: Readonly<Record<string, string | readonly string[]>>
  readonly metadataFields: readonly MetadataField[]
  /** Where a browser may be sent after a log-in by redirect, compared exactly. */
  readonly redirectUris: readonly string[]
  /** Domains of e-mail addresses that may log in, in lower case; empty means all. */
  readonly domainRestrictions: readonly string[]
}

/** Which of a provider's facts about a user become part of the profile. */
export type MetadataField = {
  /** True when a log-in without it is refused. */
  readonly required: boolean
  /** Dotted path into what the provider says; a dot that belongs to a name is escaped with a backslash. */
  readonly name: string
  /** Key in the profile. */
  readonly fieldName: string
}

/** Config of `local-userpass` (names as in the exported file). */
export type EmailPasswordConfig = {
  readonly autoConfirm: boolean
  /** Function that confirms a registration, in place of a letter. */
  readonly confirmationFunctionName?: string
  /** Function that resets a password, in place of a letter. */
  readonly resetFunctionName?: string
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

/** Where people come from who had an account elsewhere: they are moved as they log in. */
export type Migration = {
  /** Function that knows the old accounts. */
  readonly functionName?: string
  /** Address that knows them. */
  readonly url?: string
  /** Name of the secret that requests to `url` carry. */
  readonly secretName?: string
  /** True when who logs in to an account without a password is sent the letter with which one is set. */
  readonly sendsLetters: boolean
}

/** Life of a refresh token where the app says nothing else, in seconds: 60 days. */
export const defaultRefreshTokenSeconds = 5_184_000

/** Days after which an unused anonymous user is deleted where the app says nothing else. */
export const defaultAnonymousDays = 90

/** An app as deployed. */
export type App = {
  /** 24 hex characters; `domain_id` on the wire. */
  readonly id: string
  /** `shop-xkqzp`: what clients put into paths. */
  readonly clientAppId: string
  readonly name: string
  /** Origins browsers may call from; empty means all. */
  readonly allowedRequestOrigins: readonly string[]
  /** Addresses that clients may call from; absent means all, an empty list none. */
  readonly accessList?: readonly AllowedAddress[]
  readonly providers: readonly AuthProvider[]
  /** Life of a refresh token, in seconds: 1,800 (30 minutes) to 157,680,000 (5 years). Default 5,184,000 (60 days). */
  readonly refreshTokenSeconds: number
  /** Days after which an unused anonymous user is deleted; 0 means never. Default 90. */
  readonly anonymousDays: number
  /** Days in which a user who asked to be deleted may come back by logging in; absent or 0: deleted at once. */
  readonly deletionGraceDays?: number
  /** True when a new password ends the user's other sessions. Default true. */
  readonly endSessionsOnPasswordChange: boolean
  /** Absent when nobody is moved at log-in. */
  readonly migration?: Migration
  readonly mail: { readonly confirm?: MailTemplate; readonly reset?: MailTemplate }
  readonly functions: readonly AppFunction[]
  /** What the functions may `require` beside Node's own modules. */
  readonly functionPackages?: FunctionPackages
  readonly values: readonly AppValue[]
  readonly environment: Environment
  readonly triggers: readonly AuthTrigger[]
  /** Function that is asked before a user is made (`on_user_creation_function_name`). */
  readonly userCreationFunctionName?: string
  readonly dataSources: readonly DataSource[]
  /** Names under which functions find what sends HTTP requests, beside `http`. */
  readonly httpServices?: readonly string[]
  /** Absent when custom user data is off. */
  readonly customUserData?: CustomUserData
  /** Where the original ran it, as its directory says. */
  readonly region?: AppRegion
  /** Digest of the app directory this deployment came from. */
  readonly digest: string
  readonly deployedAt: number
  /** Name of the list of its kept files; absent when it was deployed without files. */
  readonly tree?: string
  /** Ids of things that were renamed, or whose id is not the one of their name. */
  readonly itemIds?: readonly ItemId[]
  /** The deployment that runs; absent before the first one. */
  readonly deployment?: RunningDeployment
}

/** An IP address, or a range of them as `203.0.113.0/24`. */
export type AllowedAddress = {
  /** 24 hex characters. */
  readonly id: string
  readonly address: string
  readonly comment: string
}

/** Fields of the root file that say where the original ran the app. */
export type AppRegion = {
  readonly location?: string
  readonly providerRegion?: string
  readonly deploymentModel?: 'GLOBAL' | 'LOCAL'
}

/** The id under which the Admin API knows a thing of an app. */
export type ItemId = { readonly kind: string; readonly name: string; readonly id: string }

/** Where the original put an app of which nobody said where. */
export const usualRegion: Required<AppRegion> = {
  location: 'US-VA',
  providerRegion: 'aws-us-east-1',
  deploymentModel: 'GLOBAL',
}

export type RunningDeployment = {
  readonly id: string
  /** 1, 2, 3 … within the app. */
  readonly number: number
  /** A directory on the server's disk, a push, a change through the Admin API, or an older deployment again. */
  readonly origin: 'directory' | 'push' | 'change' | 'rollback'
  /** Who asked for it; absent when the server did at its start. */
  readonly by?: { readonly id: string; readonly name: string }
  readonly draftId?: string
  /** What the operator called it. */
  readonly name?: string
}
