import type { InspectOptions, inspect } from 'node:util'
import { hintFor } from './error-hints.ts'

/**
 * Numbers of the codes that the server names in `error_code`, as the Realm SDK has them.
 *
 * @see realm-core `error_codes.h`
 */
const serverCodes = [
  'MissingAuthReq',
  'InvalidSession',
  'UserAppDomainMismatch',
  'DomainNotAllowed',
  'ReadSizeLimitExceeded',
  'InvalidParameter',
  'MissingParameter',
  'TwilioError',
  'GCMError',
  'HTTPError',
  'AWSError',
  'MongoDBError',
  'ArgumentsNotAllowed',
  'FunctionExecutionError',
  'NoMatchingRuleFound',
  'InternalServerError',
  'AuthProviderNotFound',
  'AuthProviderAlreadyExists',
  'ServiceNotFound',
  'ServiceTypeNotFound',
  'ServiceAlreadyExists',
  'ServiceCommandNotFound',
  'ValueNotFound',
  'ValueAlreadyExists',
  'ValueDuplicateName',
  'FunctionNotFound',
  'FunctionAlreadyExists',
  'FunctionDuplicateName',
  'FunctionSyntaxError',
  'FunctionInvalid',
  'IncomingWebhookNotFound',
  'IncomingWebhookAlreadyExists',
  'IncomingWebhookDuplicateName',
  'RuleNotFound',
  'APIKeyNotFound',
  'RuleAlreadyExists',
  'RuleDuplicateName',
  'AuthProviderDuplicateName',
  'RestrictedHost',
  'APIKeyAlreadyExists',
  'IncomingWebhookAuthFailed',
  'ExecutionTimeLimitExceeded',
  'NotCallable',
  'UserAlreadyConfirmed',
  'UserNotFound',
  'UserDisabled',
  'AuthError',
  'BadRequest',
  'AccountNameInUse',
  'InvalidPassword',
  'SchemaValidationFailedWrite',
  'AppUnknownError',
  'MaintenanceInProgress',
  'UserpassTokenInvalid',
  'InvalidServerResponse',
  'AppServerError',
] as const

const firstServerCode = 4300

/** Codes of errors that the SDK finds itself. */
const clientCodes = {
  BadServerUrl: 3023,
  CustomError: 4000,
  ClientUserNotFound: 4100,
  ClientUserNotLoggedIn: 4101,
  ClientUserAlreadyNamed: 4105,
  BadToken: 4200,
  MalformedJson: 4201,
  MissingJsonKey: 4202,
  BadBsonParse: 4203,
} as const

type ServerCode = (typeof serverCodes)[number]
export type ErrorCode = keyof typeof clientCodes | ServerCode

const numbers: ReadonlyMap<string, number> = new Map([
  ...serverCodes.map((name, index) => [name, firstServerCode + index] as const),
  ...Object.entries(clientCodes),
])

const isServerCode = (name: string): name is ServerCode =>
  (serverCodes as readonly string[]).includes(name)

/** Where a request failed; all of it is absent from an error that no request caused. */
export type Exchange = {
  readonly method: string
  readonly url: string
  readonly statusCode?: number
  readonly statusText?: string
  /** The server's name of the request, also in its log. */
  readonly requestId?: string
  readonly link?: string
}

export type ErrorDetails = {
  readonly message: string
  readonly code: ErrorCode
  /** As the server sent it; by default `code`. */
  readonly errorCode?: string | undefined
  readonly exchange?: Exchange
  readonly cause?: unknown
}

const inspectCustom = Symbol.for('nodejs.util.inspect.custom')

/** The server's name of the request, from the address of its log entry. */
const requestIdIn = (link: string | undefined): string | undefined =>
  /[?&]co_id=([^&#]+)/.exec(link ?? '')?.[1]

/**
 * What a call to the server, or a call that makes no sense in the user's state, rejects with. `message` is
 * the server's text as it is.
 */
export class RegentError extends Error {
  static {
    Object.defineProperty(RegentError.prototype, 'name', { value: 'RegentError' })
  }

  /** The number the Realm SDK gives, such as 4349 for `InvalidPassword`; 4000 when the server was not reached. */
  readonly code: number
  /** `error_code` of the server, such as `InvalidPassword`; `undefined` when it sent none. */
  readonly errorCode: string | undefined
  /** The server's log entry of the request. */
  readonly link: string | undefined
  /** HTTP status; `undefined` when no answer came. */
  readonly statusCode: number | undefined
  readonly statusText: string | undefined
  readonly method: string | undefined
  readonly url: string | undefined
  /** The server's name of the request, also in its log. */
  readonly requestId: string | undefined
  /** What to do about it, in a sentence for whoever reads the program's log; not for its users. */
  readonly hint: string | undefined

  /** @internal */
  constructor({ message, code, errorCode, exchange, cause }: ErrorDetails) {
    super(message, cause === undefined ? {} : { cause })
    this.code = numbers.get(code) as number
    this.errorCode = errorCode
    this.link = exchange?.link
    this.statusCode = exchange?.statusCode
    this.statusText = exchange?.statusText
    this.method = exchange?.method
    this.url = exchange?.url
    this.requestId = exchange?.requestId ?? requestIdIn(exchange?.link)
    this.hint = hintFor({ message, name: code, statusCode: exchange?.statusCode })
  }

  /** Stack, and all that is known. */
  [inspectCustom](_depth: number, options: InspectOptions, show: typeof inspect): string {
    const known = Object.entries(this).filter(([, value]) => value !== undefined)
    const caused = this.cause === undefined ? [] : [['cause', this.cause]]
    return `${this.stack} ${show(Object.fromEntries([...known, ...caused]), options)}`
  }
}

/** An error of the SDK itself: no request was sent. */
export const refusal = (code: ErrorCode, message: string): RegentError =>
  new RegentError({ code, message, errorCode: code })

type ErrorBody = {
  readonly error?: unknown
  readonly error_code?: unknown
  readonly link?: unknown
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * The error for an answer that is no success.
 *
 * @param body the parsed JSON body, or the text when it is none
 * @see realm-core `app_utils.cpp`: an unknown code becomes `AppServerError`, a missing one `AppUnknownError`
 */
export const fromAnswer = (body: unknown, exchange: Exchange): RegentError => {
  const { error, error_code, link } = (
    typeof body === 'object' && body !== null ? body : {}
  ) as ErrorBody
  const errorCode = text(error_code) || undefined
  if (text(error) === undefined && errorCode === undefined) {
    const shown = typeof body === 'string' ? body.slice(0, 500) : JSON.stringify(body)
    const message = `http error code considered fatal: ${shown}`
    return new RegentError({ code: 'HTTPError', message, exchange })
  }
  const linked = text(link) === undefined ? exchange : { ...exchange, link: text(link) as string }
  return new RegentError({
    message: text(error) ?? 'no error message',
    code: errorCode === undefined ? 'AppUnknownError' : known(errorCode),
    errorCode,
    exchange: linked,
  })
}

const known = (errorCode: string): ErrorCode =>
  isServerCode(errorCode) ? errorCode : 'AppServerError'
