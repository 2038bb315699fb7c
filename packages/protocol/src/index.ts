export {
  type AdminApiKeyWire,
  adminApiKeyWire,
  listApiKeysQuery,
  type NewAdminApiKeyWire,
  newAdminApiKeyWire,
} from './admin/api-keys.ts'
export * from './admin/apps.ts'
export {
  type AdminProfileWire,
  adminProfileWire,
  type NewOperatorKeyWire,
  newOperatorKeyWire,
  type OperatorKeyWire,
  type OperatorLoginWire,
  type OperatorProviderWire,
  type OperatorRefreshWire,
  type OperatorRole,
  type OperatorWire,
  operatorBody,
  operatorKeyBody,
  operatorKeyLoginBody,
  operatorKeyWire,
  operatorLoginBody,
  operatorLoginWire,
  operatorPasswordBody,
  operatorProviderWire,
  operatorRefreshWire,
  operatorRole,
  operatorWire,
} from './admin/auth/operators.ts'
export * from './admin/auth-providers.ts'
export * from './admin/collection-rules.ts'
export * from './admin/custom-user-data.ts'
export * from './admin/deployments.ts'
export * from './admin/endpoints.ts'
export * from './admin/environment.ts'
export * from './admin/functions.ts'
export * from './admin/item.ts'
export * from './admin/logs.ts'
export { type LetterWire, letterWire } from './admin/mailbox.ts'
export * from './admin/maintenance.ts'
export * from './admin/moving.ts'
export {
  doneWire,
  listPendingQuery,
  type PendingUserWire,
  pendingUserWire,
} from './admin/pending.ts'
export {
  type ExplainedDocumentWire,
  explainRulesBody,
  type RulesExplanationWire,
  rulesExplanationWire,
  type WhyWire,
} from './admin/rules.ts'
export * from './admin/schemas.ts'
export { type SecretWire, secretBody, secretChangeBody, secretWire } from './admin/secrets.ts'
export * from './admin/security.ts'
export * from './admin/services.ts'
export * from './admin/transfer.ts'
export * from './admin/triggers.ts'
export {
  type AdminUserWire,
  adminUserWire,
  listUsersQuery,
  newUserBody,
  resetEmailBody,
  resetPasswordBody,
  searchUsersQuery,
  type UserDetailsWire,
  type UserDeviceWire,
  type UserSearchWire,
  userDetailsWire,
  userDeviceWire,
  userSearchWire,
  type VerifiedTokenWire,
  verifiedTokenWire,
  verifyTokenBody,
} from './admin/users.ts'
export * from './admin/values.ts'
export {
  type ApiKeyWire,
  apiKeyBody,
  apiKeyPayload,
  type NewApiKeyWire,
} from './client/api-keys.ts'
export {
  confirmBody,
  emailBody,
  registerBody,
  resetBody,
  resetCallBody,
} from './client/email-password.ts'
export type { ErrorWire } from './client/error.ts'
export { type UserDataWire, userDataWire } from './client/export.ts'
export { callFunctionBody, toFunctionResult } from './client/functions.ts'
export type { LocationWire } from './client/location.ts'
export {
  customTokenPayload,
  type DeviceWire,
  deviceWire,
  emailPasswordPayload,
  type LoginWire,
  loginOptions,
  type RefreshWire,
} from './client/login.ts'
export { facebookPayload, openIdPayload } from './client/oauth.ts'
export type { ProfileWire } from './client/profile.ts'
export type { SessionWire } from './client/sessions.ts'
export { positionEvent } from './client/watch.ts'
export { type EjsonOptions, fromEjson, parseEjson } from './ejson.ts'
export { stringifyEjson, toEjson } from './ejson-write.ts'
export { errors, type Refusal } from './errors.ts'
export { JsonError, type JsonLimits, parseJson } from './json.ts'
export {
  adminPaths,
  clientPaths,
  issuer,
  operatorRoots,
  privatePaths,
  serverPaths,
} from './paths.ts'
export { type ProviderType, providerTypes } from './providers.ts'
export {
  type AccessTokenClaims,
  type IdentityClaim,
  noDeviceId,
  type RefreshTokenClaims,
} from './tokens.ts'
