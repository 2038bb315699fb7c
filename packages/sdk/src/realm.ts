import * as apiKeys from './api-key-auth.ts'
import * as emailPassword from './email-password-auth.ts'
import type * as mongo from './mongo/mongo-db.ts'
import type { PushClient as Pushing } from './push-client.ts'

export { type ApiKey, ApiKeyAuth, type SecretApiKey } from './api-key-auth.ts'
export { App } from './app.ts'
export {
  type AppConfiguration,
  type LocalAppConfiguration,
  type Metadata,
  MetadataMode,
} from './app-configuration.ts'
export { BSON } from './bson.ts'
export { Credentials, isProviderType, type OpenIdRequest, ProviderType } from './credentials.ts'
export { EmailPasswordAuth } from './email-password-auth.ts'
export { type ErrorCode, RegentError } from './errors.ts'
export type { DefaultFunctionsFactory, RealmFunction } from './functions.ts'
export type { Fetch } from './http/exchange.ts'
export type { Listener as AppChangeCallback, Listener as UserChangeCallback } from './listeners.ts'
export type * from './mongo/change-event.ts'
export type { Changes } from './mongo/changes.ts'
export { MongoDBCollection, type WatchOptions } from './mongo/collection.ts'
export type * from './mongo/documents.ts'
export type { MongoDB, MongoDBDatabase } from './mongo/mongo-db.ts'
export { PushClient } from './push-client.ts'
export {
  type DefaultObject,
  type DefaultUserProfileData,
  type ExportedData,
  User,
  type UserIdentity,
  UserState,
} from './user.ts'
export { type SessionDevice, type UserSession, UserSessions } from './user-sessions.ts'

/** Classes of `app.emailPasswordAuth` and `user.apiKeys`, where the Realm SDK has them. */
export const Auth = {
  ApiKeyAuth: apiKeys.ApiKeyAuth,
  EmailPasswordAuth: emailPassword.EmailPasswordAuth,
} as const

/** Their types. */
export declare namespace Auth {
  export type ApiKey = apiKeys.ApiKey
  export type ApiKeyAuth = apiKeys.ApiKeyAuth
  export type EmailPasswordAuth = emailPassword.EmailPasswordAuth
}

/** Types of services, where the Realm SDK has them. */
export declare namespace Services {
  export type MongoDB = mongo.MongoDB
  export type MongoDBDatabase = mongo.MongoDBDatabase
  export type Push = Pushing
}
