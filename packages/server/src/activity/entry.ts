import type { ProviderType } from '@regent/protocol'

/** What an entry is about, in the original's words; `MAIL` and `ADMIN` are ours. */
export const entryTypes = [
  'AUTH',
  'API_KEY',
  'API',
  'FUNCTION',
  'SERVICE_FUNCTION',
  'SERVICE_STREAM_FUNCTION',
  'AUTH_TRIGGER',
  'TRIGGER_FAILURE',
  'MAIL',
  'ADMIN',
] as const

export type EntryType = (typeof entryTypes)[number]

/** What the client said it is. */
export type ClientFacts = {
  readonly platform?: string | undefined
  readonly platformVersion?: string | undefined
  readonly sdk?: string | undefined
  readonly sdkVersion?: string | undefined
}

/** Something that happened. Texts are cut to size and freed of tokens when it is noted. */
export type Entry = {
  readonly type: EntryType
  /** In one word: `login`, `register`, `link`, `unlink`, `delete`, `logout`, `call` … */
  readonly event: string
  /** `undefined` when no app was concerned, or known. */
  readonly appId: string | undefined
  /** Milliseconds since 1970. Default: the moment it is noted. */
  readonly startedAt?: number
  /** The `co_id` of the link that clients are told. */
  readonly requestId?: string | undefined
  readonly userId?: string | undefined
  /** Canonical e-mail address that somebody tried to get in with; whose it is need not be known. */
  readonly account?: string | undefined
  readonly provider?: ProviderType | undefined
  /** True of a log-in that made its user. */
  readonly isNewUser?: boolean | undefined
  /** IP address of the client. */
  readonly address?: string | undefined
  readonly client?: ClientFacts | undefined
  /** Device of the session; what it said of itself is looked up when the entry is read. */
  readonly deviceId?: string | undefined
  readonly method?: string | undefined
  /** Without its query. */
  readonly path?: string | undefined
  /** HTTP status of the answer. */
  readonly status?: number | undefined
  /** Name of the function, trigger or data source, or subject of the letter. */
  readonly name?: string | undefined
  /** Function that a trigger called. */
  readonly functionName?: string | undefined
  /** What went wrong; an entry with it is a failure. */
  readonly error?: string | undefined
  /** The wire's `error_code`. */
  readonly errorCode?: string | undefined
  /** What the client is not told of it: why a log-in was refused, where in the app's code an error was thrown. */
  readonly detail?: string | undefined
  /** Lines that the app's code printed. */
  readonly messages?: readonly string[] | undefined
  /** How many alike it stands for. Default 1. */
  readonly count?: number | undefined
}

/** An entry as kept. */
export type KeptEntry = Entry & {
  /** 24 hex characters, in the order of time to the millisecond. */
  readonly id: string
  /** When it was noted: entries are ordered and looked for by it. Milliseconds since 1970. */
  readonly at: number
  readonly startedAt: number
}

/** Which entries are wanted. */
export type EntryQuery = {
  /** Entries of this app only. */
  readonly appId?: string | undefined
  readonly userId?: string | undefined
  /** Entries of log-ins tried with this e-mail address. */
  readonly account?: string | undefined
  readonly requestId?: string | undefined
  /** Of these types only; default all. */
  readonly types?: readonly EntryType[] | undefined
  /** True: failures only. */
  readonly failed?: boolean | undefined
  /** Noted later than then. Milliseconds since 1970. */
  readonly after?: number | undefined
  /** Noted then or earlier. */
  readonly until?: number | undefined
  /** Newest ones to leave out. Default 0. */
  readonly skip?: number | undefined
  /** Entries at most. Default 100. */
  readonly limit?: number | undefined
}
