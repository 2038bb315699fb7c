type Facts = {
  readonly message: string
  /** Of the code. */
  readonly name: string
  readonly statusCode: number | undefined
}

/** What to do about an error, by its code. */
const byName: Readonly<Record<string, string | undefined>> = {
  BadServerUrl: "Give the address as 'http://host:port' or 'https://host'.",
  CustomError:
    "No answer came: see that the server runs and that 'baseUrl' is its address ('regent dev' serves http://localhost:9090). Users stay logged in meanwhile.",
  ClientUserNotLoggedIn: "Log the user in again with 'app.logIn'.",
  ClientUserNotFound:
    "The user was removed from this device, or is of another App: take users from 'app.currentUser' and 'app.allUsers'.",
  MissingAuthReq: "Log the user in again with 'app.logIn'.",
  InvalidSession:
    "The session was ended or has expired: when 'user.isLoggedIn' is false, log in again with 'app.logIn'.",
  UserAppDomainMismatch:
    'The user is of another app of the server: each App needs its own id and its own users.',
  DomainNotAllowed:
    "The e-mail address's domain is not among the provider's 'domain_restrictions', or the origin not among the app's 'allowed_request_origins'.",
  AuthProviderNotFound:
    "The app has no such auth provider, or it is disabled: switch it on in 'auth/providers.json' and deploy.",
  InvalidPassword:
    'An unknown e-mail address and a wrong password are answered alike: check both, or have the password reset.',
  AuthError:
    "The credentials were refused. E-mail: is the address confirmed? API key: is it enabled? Token: is it expired, of another audience, or signed by another key? The server's log has the reason under 'requestId'.",
  UserDisabled: 'An operator disabled the user; only an operator can enable it.',
  UserNotFound: 'Nobody registered with this e-mail address.',
  AccountNameInUse:
    'Log in, or have the password reset. When the address was never confirmed, send the confirmation again.',
  UserAlreadyConfirmed: 'There is nothing to confirm: log in.',
  UserpassTokenInvalid:
    'A link works once and for 30 minutes: ask for a new letter and use its link.',
  APIKeyNotFound: "The user has no such key: 'user.apiKeys.fetchAll()' lists those there are.",
  APIKeyAlreadyExists: 'Choose another name, or delete the key that has this one.',
  FunctionNotFound:
    'The app has no function of this name that clients may call: names are case-sensitive, it must be deployed, and not private.',
  FunctionExecutionError:
    "The function threw, or its 'can_evaluate' does not let this user call it: its log is on the server under 'requestId'.",
  ExecutionTimeLimitExceeded:
    'The function took longer than the server allows: let it do less per call.',
  BadBsonParse: 'Server and SDK do not fit together: update the older of the two.',
  ServiceNotFound:
    "The app has no service of this name: names are case-sensitive. A data source is named in 'data_sources/<name>/config.json'.",
  ServiceCommandNotFound: 'The server is older than the SDK: update it.',
  MongoDBError:
    "What the database refused is in 'message': the query, the update or the document has to change.",
  NoMatchingRuleFound:
    "The rules of the app let this user not do it: 'rules.json' of the collection or 'default_rule.json' must have a role that fits, and 'regent rules explain' says which one was chosen and why.",
  SchemaValidationFailedWrite:
    "The document has to meet the collection's 'schema.json', or that has to change.",
  ReadSizeLimitExceeded:
    "Read less at once: a narrower filter, a projection, or a 'limit' and another read for the rest.",
  MaintenanceInProgress: 'Try again later.',
  InternalServerError: "The server's log has the reason under 'requestId'.",
}

const byStatus: Readonly<Record<number, string | undefined>> = {
  413: 'Send less in one request.',
  414: "The 'ids' or the 'filter' of 'watch' are too long for an address: watch with fewer, or in several streams.",
  429: "Too many attempts: wait as long as 'message' says before the next.",
  431: "The 'ids' or the 'filter' of 'watch' are too long for an address: watch with fewer, or in several streams.",
  500: "The server's log has the reason under 'requestId'.",
  501: 'Use the calls that this server has: data goes through functions and data sources.',
  502: 'What stands before the server does not reach it: see that it runs.',
  503: 'The server has too much to do, or cannot write: try again in a moment.',
  504: 'What stands before the server does not reach it: see that it runs.',
}

const notRegent =
  "The answer is none of a Regent server: see that 'baseUrl' is its address, and what stands before it (a proxy, a load balancer)."

/** Refusals without a code that are told by their text. */
const byText: readonly (readonly [string, string])[] = [
  [
    'cannot find app using',
    "The id of an App is the client app id, as in 'shop-xkqzp': it is 'app_id' in the app directory, and the server prints it when it starts.",
  ],
  [
    'no such path',
    "See that 'baseUrl' is the server's address, and that the server is not older than the SDK.",
  ],
  [
    'identity already belongs',
    'The credentials are of another user: two users are never joined. Log in as that one, or link others.',
  ],
  [
    'anonymous users and server users',
    'Link an identity to the user first, an e-mail address for example.',
  ],
  ['in a session that it began', 'Log in another way, and delete the key then.'],
  ['API keys already', "'user.apiKeys.fetchAll()' lists them."],
  ['identity not found', "'user.identities' lists those there are."],
  [
    'uplicate key error',
    'Another document has this value already: a field with a unique index, or the _id.',
  ],
  [
    'is not offered to users',
    'Users are not offered it, functions that run as system are: let a function do the work.',
  ],
  [
    'the watch cannot be resumed',
    'Changes were missed: read the documents again, then watch anew.',
  ],
  [
    'offers no change streams',
    'Read the documents now and then, or link the data source to a replica set.',
  ],
  ['watches open at the same time', "End one with 'break' or 'return()' first, or share one."],
  ['session not found', "It has ended already: 'user.sessions.list()' lists those there are."],
]

/** What somebody who meets the error can do about it; `undefined` when `message` says it all. */
export const hintFor = ({ message, name, statusCode }: Facts): string | undefined => {
  const told = byText.find(([part]) => message.includes(part))?.[1] ?? byName[name]
  if (told !== undefined) return told
  const isForeign = name === 'HTTPError' || name === 'MalformedJson'
  return byStatus[statusCode ?? 0] ?? (isForeign ? notRegent : undefined)
}
