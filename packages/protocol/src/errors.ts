type Row = { readonly status: number; readonly code: string | undefined; readonly text: string }

/**
 * Every refusal, named by what happened: HTTP status, the wire's `error_code` if it has one, and the text
 * that shipped SDKs compare. `{name}` places are filled when it is thrown.
 */
export const errors = {
  invalidPassword: { status: 401, code: 'InvalidPassword', text: 'unauthorized' },
  userNotConfirmed: { status: 401, code: 'AuthError', text: 'unauthorized' },
  tokenRefused: { status: 401, code: 'AuthError', text: 'unauthorized' },
  identityTaken: {
    status: 401,
    code: 'AuthError',
    text: 'unauthorized: identity already belongs to another user',
  },
  linkPasswordRefused: {
    status: 401,
    code: 'InvalidPassword',
    text: 'unauthorized: these credentials cannot be linked',
  },
  linkRefused: {
    status: 401,
    code: 'AuthError',
    text: 'unauthorized: these credentials cannot be linked',
  },
  userDisabled: { status: 401, code: 'UserDisabled', text: 'user disabled' },
  sessionInvalid: { status: 401, code: 'InvalidSession', text: 'invalid session' },
  accessTokenExpired: {
    status: 401,
    code: 'InvalidSession',
    text: 'invalid session: access token expired',
  },
  refreshTokenUnknown: {
    status: 401,
    code: 'InvalidSession',
    text: 'invalid session: failed to find refresh token',
  },
  tokenSignatureInvalid: { status: 401, code: undefined, text: 'signature is invalid' },
  tokenTypeWrong: {
    status: 401,
    code: 'InvalidSession',
    text: 'invalid refresh token: incorrect token type',
  },
  refreshTokenAsAccess: {
    status: 401,
    code: undefined,
    text: 'invalid session: valid Issuer required',
  },
  noSession: { status: 401, code: undefined, text: 'must authenticate first' },
  bearerEmpty: {
    status: 401,
    code: undefined,
    text: 'expected Authorization header with JWT (Bearer schema)',
  },
  appNotFound: {
    status: 404,
    code: undefined,
    text: "cannot find app using Client App ID '{appId}'",
  },
  providerNotFound: {
    status: 404,
    code: 'AuthProviderNotFound',
    text: "auth provider not found: '{provider}'",
  },
  nameInUse: { status: 409, code: 'AccountNameInUse', text: 'name already in use' },
  passwordLength: {
    status: 400,
    code: 'BadRequest',
    text: 'password must be between 6 and 128 characters',
  },
  emailInvalid: { status: 400, code: 'BadRequest', text: 'email invalid' },
  tokenUnreadable: { status: 400, code: 'BadRequest', text: 'invalid token data' },
  tokenExpired: {
    status: 400,
    code: 'UserpassTokenInvalid',
    text: 'userpass token is expired or invalid',
  },
  alreadyConfirmed: { status: 400, code: 'UserAlreadyConfirmed', text: 'already confirmed' },
  confirmationAutomatic: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot run confirmation for {email}: automatic confirmation is enabled',
  },
  confirmationByMail: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot run confirmation for {email}: confirmation by mail is enabled',
  },
  confirmationByFunction: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot send confirmation to {email}: confirmation by function is enabled',
  },
  confirmationOff: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot run confirmation for {email}: the auth provider is disabled',
  },
  noPassword: {
    status: 400,
    code: 'BadRequest',
    text: 'the user has no e-mail and password',
  },
  notLeaving: {
    status: 400,
    code: 'BadRequest',
    text: 'the user is not about to be deleted',
  },
  resetByMail: { status: 400, code: 'BadRequest', text: 'please use reset password via email' },
  resetByFunction: {
    status: 400,
    code: 'BadRequest',
    text: 'please use reset password via function',
  },
  confirmationFailed: {
    status: 400,
    code: 'BadRequest',
    text: 'failed to confirm user "{email}"',
  },
  resetFailed: {
    status: 400,
    code: 'BadRequest',
    text: 'failed to reset password for user "{email}"',
  },
  mailFailed: { status: 400, code: 'BadRequest', text: 'error processing request' },
  linkAnonymous: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot add anonymous credentials to an existing user',
  },
  lastIdentity: {
    status: 400,
    code: 'BadRequest',
    text: 'cannot unlink the only identity of a user: link another one first, or delete the user',
  },
  identityNotFound: { status: 404, code: undefined, text: 'identity not found' },
  sessionNotFound: { status: 404, code: undefined, text: 'session not found' },
  userCreationRefused: { status: 401, code: 'AuthError', text: 'user not created: {message}' },
  apiKeyNotFound: { status: 404, code: 'APIKeyNotFound', text: 'API key not found' },
  apiKeyNameTaken: {
    status: 409,
    code: 'APIKeyAlreadyExists',
    text: 'API key with name already exists',
  },
  apiKeyNameInvalid: {
    status: 400,
    code: 'InvalidParameter',
    text: 'can only contain ASCII letters, numbers, underscores, and hyphens',
  },
  apiKeyNameMissing: { status: 400, code: undefined, text: "'name' is a required string" },
  apiKeyLimit: {
    status: 400,
    code: 'BadRequest',
    text: 'there are {limit} API keys already, delete one first',
  },
  apiKeyForbidden: {
    status: 403,
    code: undefined,
    text: 'anonymous users and server users cannot have API keys',
  },
  apiKeyInUse: {
    status: 403,
    code: undefined,
    text: 'an API key cannot be deleted in a session that it began',
  },
  apiKeyFromKey: {
    status: 403,
    code: undefined,
    text: 'an API key cannot be made in a session that an API key began',
  },
  customFunctionRefused: { status: 401, code: 'AuthError', text: '{message}' },
  domainRefused: {
    status: 403,
    code: 'DomainNotAllowed',
    text: 'the domain of the e-mail address is not allowed',
  },
  providerUnavailable: {
    status: 503,
    code: undefined,
    text: "the auth provider '{provider}' cannot be reached now, try again",
  },
  redirectRefused: {
    status: 400,
    code: 'BadRequest',
    text: "redirect '{redirect}' is not one of the provider's redirect_uris",
  },
  redirectEnded: {
    status: 400,
    code: 'BadRequest',
    text: 'the log-in at the auth provider was not completed: {error}',
  },
  redirectUnknown: {
    status: 400,
    code: 'BadRequest',
    text: 'this log-in was begun in another browser, was completed before, or took more than 10 minutes',
  },
  functionNotFound: {
    status: 404,
    code: 'FunctionNotFound',
    text: "function not found: '{name}'",
  },
  functionFailed: { status: 400, code: 'FunctionExecutionError', text: '{message}' },
  functionRefused: {
    status: 400,
    code: 'FunctionExecutionError',
    text: 'rule not matched for function "{name}"',
  },
  functionTimeout: {
    status: 400,
    code: 'ExecutionTimeLimitExceeded',
    text: 'execution time limit exceeded',
  },
  serviceNotFound: { status: 404, code: 'ServiceNotFound', text: "service not found: '{name}'" },
  serviceCommandNotFound: {
    status: 400,
    code: 'ServiceCommandNotFound',
    text: "the data source has no command '{name}'",
  },
  ruleNotFound: {
    status: 403,
    code: 'NoMatchingRuleFound',
    text: "no rule exists for namespace '{namespace}'",
  },
  writeRefused: { status: 403, code: 'NoMatchingRuleFound', text: '{action} not permitted' },
  schemaRefused: {
    status: 400,
    code: 'SchemaValidationFailedWrite',
    text: 'the document does not meet the schema of {namespace}: {detail}',
  },
  operatorRefused: {
    status: 400,
    code: 'InvalidParameter',
    text: "'{operator}' is not offered to users in {place}",
  },
  namespaceRefused: { status: 400, code: 'InvalidParameter', text: '{detail}' },
  readSizeLimit: { status: 400, code: 'ReadSizeLimitExceeded', text: '{detail}' },
  operationTimeout: {
    status: 400,
    code: 'ExecutionTimeLimitExceeded',
    text: 'the operation of the data source took too long',
  },
  databaseError: { status: 400, code: 'MongoDBError', text: '{message}' },
  dataSourceUnavailable: {
    status: 503,
    code: undefined,
    text: "the data source '{name}' cannot be reached now, try again",
  },
  watchNotOffered: {
    status: 400,
    code: 'BadRequest',
    text: "the data source '{name}' offers no change streams: watch needs a MongoDB replica set or sharded cluster",
  },
  watchTooSlow: {
    status: 400,
    code: 'WatchTooSlow',
    text: 'the watch was ended: its changes were not taken fast enough',
  },
  watchHistoryLost: {
    status: 400,
    code: 'ChangeStreamHistoryLost',
    text: 'the watch cannot be resumed: the change log no longer reaches back to where it was',
  },
  watchLimit: {
    status: 429,
    code: undefined,
    text: 'a user may have {limit} watches open at the same time',
  },
  tooManyRequests: {
    status: 429,
    code: undefined,
    text: 'too many attempts, try again in {seconds} seconds',
  },
  userNotFound: { status: 404, code: 'UserNotFound', text: 'user not found' },
  fieldInvalid: { status: 400, code: 'InvalidParameter', text: '{detail}' },
  fieldMissing: { status: 400, code: 'MissingParameter', text: "'{field}' is a required string" },
  bodyUnreadable: { status: 400, code: 'BadRequest', text: 'cannot read body: {detail}' },
  bodyTooLarge: { status: 413, code: 'BadRequest', text: 'body is larger than {limit} bytes' },
  routeNotFound: { status: 404, code: undefined, text: 'no such path: {method} {path}' },
  originRefused: {
    status: 403,
    code: 'DomainNotAllowed',
    text: "origin '{origin}' is not allowed",
  },
  bodyTypeWrong: {
    status: 415,
    code: 'BadRequest',
    text: "cannot read body: content type '{type}' is not JSON",
  },
  requestUnreadable: { status: 400, code: 'BadRequest', text: 'cannot read request: {detail}' },
  syncNotOffered: {
    status: 501,
    code: undefined,
    text: 'Device Sync is not offered by this server; the user stays logged in',
  },
  operatorKeyRefused: {
    status: 401,
    code: undefined,
    text: 'failed to authenticate with MongoDB Cloud API: You are not authorized for this resource.',
  },
  operatorReadsOnly: {
    status: 403,
    code: undefined,
    text: 'this operator may only read',
  },
  operatorsByPeople: {
    status: 403,
    code: undefined,
    text: 'operators and their keys are not managed with a key pair: log in with e-mail address and password',
  },
  operatorNotFound: { status: 404, code: undefined, text: "operator not found: '{operator}'" },
  operatorExists: {
    status: 409,
    code: undefined,
    text: "there is an operator '{email}' already",
  },
  operatorPasswordLength: {
    status: 400,
    code: 'BadRequest',
    text: "an operator's password must be between 8 and 128 characters",
  },
  operatorKeyNotFound: { status: 404, code: undefined, text: "operator key not found: '{key}'" },
  operatorKeyExists: {
    status: 409,
    code: undefined,
    text: "there is an operator key '{name}' already",
  },
  projectNotFound: { status: 404, code: undefined, text: "project not found: '{projectId}'" },
  adminAppNotFound: { status: 404, code: undefined, text: "app not found: '{appId}'" },
  secretNotFound: { status: 404, code: undefined, text: 'secret not found: "{name}"' },
  secretNameTaken: {
    status: 409,
    code: undefined,
    text: 'there is a secret "{name}" already',
  },
  functionNameTaken: {
    status: 409,
    code: 'FunctionDuplicateName',
    text: "there is a function '{name}' already",
  },
  valueNotFound: { status: 404, code: 'ValueNotFound', text: "value not found: '{name}'" },
  valueNameTaken: {
    status: 409,
    code: 'ValueDuplicateName',
    text: "there is a value '{name}' already",
  },
  environmentValueNotFound: {
    status: 404,
    code: 'EnvironmentValueNotFound',
    text: "environment value not found: '{name}'",
  },
  environmentValueNameTaken: {
    status: 409,
    code: 'EnvironmentValueDuplicateName',
    text: "there is an environment value '{name}' already",
  },
  serviceNameTaken: {
    status: 409,
    code: 'ServiceDuplicateName',
    text: "there is a service '{name}' already",
  },
  ruleItemNotFound: { status: 404, code: 'RuleNotFound', text: "rule not found: '{name}'" },
  ruleTaken: {
    status: 409,
    code: 'RuleDuplicateName',
    text: "there is a rule for '{name}' already",
  },
  defaultRuleNotFound: {
    status: 404,
    code: 'RuleNotFound',
    text: 'default rule does not exist on service',
  },
  defaultRuleExists: { status: 400, code: 'BadRequest', text: 'default rule already exists' },
  defaultRuleMismatch: {
    status: 400,
    code: 'BadRequest',
    text: 'service default rule id mismatch',
  },
  schemaNotFound: { status: 404, code: 'SchemaNotFound', text: "schema not found: '{name}'" },
  schemaTaken: {
    status: 409,
    code: 'SchemaDuplicateName',
    text: "there is a schema for '{name}' already",
  },
  providerTaken: {
    status: 409,
    code: 'AuthProviderDuplicateName',
    text: "there is an auth provider '{provider}' already",
  },
  triggerNotFound: {
    status: 404,
    code: 'EventSubscriptionNotFound',
    text: "trigger not found: '{name}'",
  },
  triggerNameTaken: {
    status: 409,
    code: 'EventSubscriptionDuplicateName',
    text: "there is a trigger '{name}' already",
  },
  endpointNotFound: { status: 404, code: 'EndpointNotFound', text: "endpoint not found: '{name}'" },
  endpointTaken: {
    status: 409,
    code: 'EndpointDuplicateName',
    text: "there is an endpoint '{name}' already",
  },
  logForwarderNotFound: {
    status: 404,
    code: 'LogForwarderNotFound',
    text: "log forwarder not found: '{name}'",
  },
  logForwarderNameTaken: {
    status: 409,
    code: 'LogForwarderDuplicateName',
    text: "there is a log forwarder '{name}' already",
  },
  allowedAddressNotFound: {
    status: 404,
    code: 'AllowedIPNotFound',
    text: 'allowed IP not found: \'ObjectID("{id}")\'',
  },
  allowedAddressTaken: {
    status: 409,
    code: 'AllowedIPDuplicate',
    text: "there is an entry for '{address}' already",
  },
  addressRefused: {
    status: 403,
    code: undefined,
    text: "requests from the address '{address}' are not allowed",
  },
  backupUnderWay: {
    status: 409,
    code: undefined,
    text: 'a backup is being made already',
  },
  backupFailed: { status: 500, code: undefined, text: 'the backup could not be made: {detail}' },
  rotationUnfinished: {
    status: 409,
    code: undefined,
    text: 'two master keys open the store: give every server the new one, then finish the rotation',
  },
  deploymentNotFound: {
    status: 404,
    code: 'DeploymentNotFound',
    text: "deployment not found: '{id}'",
  },
  deploymentWithoutFiles: {
    status: 409,
    code: undefined,
    text: 'deployment {number} was made without files, so it cannot be brought back',
  },
  dependenciesNotArchived: {
    status: 404,
    code: undefined,
    text: 'packages are not given out as an archive; …/dependencies/export has the package.json that names them',
  },
  draftNotFound: { status: 404, code: 'DraftNotFound', text: "draft not found: '{id}'" },
  draftExists: { status: 409, code: 'DraftAlreadyExists', text: 'a draft already exists' },
  draftConflicts: {
    status: 409,
    code: undefined,
    text: 'changed by somebody else since the draft was begun: {files}; discard the draft and begin another',
  },
  appLeaving: {
    status: 409,
    code: undefined,
    text: "the app '{clientAppId}' is being deleted, try again in a moment",
  },
  deploymentRefused: { status: 400, code: 'BadRequest', text: '{problems}' },
  overloaded: { status: 503, code: undefined, text: 'too busy, try again in a moment' },
  storeUnavailable: {
    status: 503,
    code: undefined,
    text: 'the store cannot take writes now, try again',
  },
  internal: { status: 500, code: 'InternalServerError', text: 'internal server error' },
} as const satisfies Record<string, Row>

/** The name of a row of `errors`. */
export type Refusal = keyof typeof errors
