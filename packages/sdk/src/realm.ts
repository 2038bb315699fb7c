import { EmailPasswordAuth } from './email-password-auth.ts'

export { App } from './app.ts'
export { type AppConfiguration, type Metadata, MetadataMode } from './app-configuration.ts'
export { Credentials, isProviderType, ProviderType } from './credentials.ts'
export { EmailPasswordAuth } from './email-password-auth.ts'
export { type ErrorCode, RegentError } from './errors.ts'
export type { Fetch } from './http.ts'
export { User, type UserIdentity, UserState } from './user.ts'

/** Classes of `app.emailPasswordAuth`, where the Realm SDK has them. */
export const Auth = { EmailPasswordAuth } as const
