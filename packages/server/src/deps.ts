import type { Activity } from './activity/activity.ts'
import type { RunningConfig } from './config.ts'
import type { Data } from './data/data.ts'
import type { Functions } from './functions/functions.ts'
import type { Log } from './log.ts'
import type { Mailer } from './mail/mailer.ts'
import type { AppSecrets } from './security/app-secrets.ts'
import type { ForeignTokens } from './security/foreign-tokens.ts'
import type { KeyRing } from './security/key-ring.ts'
import type { OpenIdProviders } from './security/openid-providers.ts'
import type { Outbound } from './security/outbound.ts'
import type { Passwords } from './security/passwords.ts'
import type { Tokens } from './security/tokens.ts'
import type { Store } from './store/store.ts'

/** Everything a use-case may touch. Built in `open-deps.ts`, and there only. */
export type Deps = {
  readonly config: RunningConfig
  readonly store: Store
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A new ObjectId as 24 hex characters. */
  readonly newId: () => string
  readonly passwords: Passwords
  readonly tokens: Tokens
  readonly secrets: KeyRing
  readonly mailer: Mailer
  /** Secrets that the app's owner gave, by name. */
  readonly appSecrets: AppSecrets
  /** Checks tokens that others signed. */
  readonly foreignTokens: ForeignTokens
  /** What OpenID providers say of themselves. */
  readonly openIdProviders: OpenIdProviders
  /** Requests to addresses that somebody else chose. */
  readonly outbound: Outbound
  /** Runs the apps' own code. */
  readonly functions: Functions
  /** The data sources of the apps. */
  readonly data: Data
  /** What happened. */
  readonly activity: Activity
}
