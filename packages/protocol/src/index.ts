export type { AdminApiKeyWire, NewAdminApiKeyWire } from './admin/api-keys.ts'
export {
  type AppWire,
  type DeployBody,
  type DeployWire,
  deployBody,
} from './admin/apps.ts'
export { type RunFunctionWire, runFunctionBody } from './admin/functions.ts'
export type { LetterWire } from './admin/mailbox.ts'
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
} from './admin/operators.ts'
export {
  type ExplainedDocumentWire,
  explainRulesBody,
  type RulesExplanationWire,
  type WhyWire,
} from './admin/rules.ts'
export { type SecretWire, secretBody, secretChangeBody, secretWire } from './admin/secrets.ts'
export type { FailedEventWire } from './admin/triggers.ts'
export type { AdminUserWire } from './admin/users.ts'
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
export { adminPaths, clientPaths, issuer, serverPaths } from './paths.ts'
export { type ProviderType, providerTypes } from './providers.ts'
export {
  type AccessTokenClaims,
  type IdentityClaim,
  noDeviceId,
  type RefreshTokenClaims,
} from './tokens.ts'
