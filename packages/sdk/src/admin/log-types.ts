/** Something that happened in an app. */
export type LogEntry = {
  readonly id: string
  /** `AUTH`, `FUNCTION`, `AUTH_TRIGGER`, `API_KEY`, `MAIL` … */
  readonly type: string
  /** In one word: `login`, `register`, `link`, `delete`, `call` … */
  readonly event: string
  readonly startedAt: Date
  /** When it was noted: entries are in the order of it. */
  readonly at: Date
  /** As in the link of a refusal. */
  readonly requestId?: string
  /** Internal id of the app. */
  readonly appId?: string
  readonly userId?: string
  /** E-mail address that somebody tried to get in with, or that a letter went to. */
  readonly email?: string
  readonly provider?: string
  /** IP address. */
  readonly address?: string
  readonly platform?: string
  readonly platformVersion?: string
  readonly sdk?: string
  readonly sdkVersion?: string
  readonly method?: string
  readonly path?: string
  readonly status?: number
  /** Name of the function, trigger or operation, or subject of the letter. */
  readonly name?: string
  /** Lines that the app's code printed. */
  readonly messages?: readonly string[]
  /** What went wrong; only failures have it. */
  readonly error?: string
  readonly errorCode?: string
  /** What the client is not told: why a log-in was refused, where in the app's code an error was thrown. */
  readonly detail?: string
  /** True of a log-in that made its user. */
  readonly isNewUser?: boolean
  /** How many alike it stands for. */
  readonly count: number
}

export type ListLogsOptions = {
  /** Id or e-mail address of a user; not with `'all'` apps. */
  readonly user?: string
  readonly types?: readonly string[]
  /** True: failures only. */
  readonly failed?: boolean
  readonly requestId?: string
  /** Entries later than that. */
  readonly after?: Date
  /** Entries of then or earlier. */
  readonly until?: Date
  /** Newest entries to leave out. */
  readonly skip?: number
  /** 1 to 100; default 100. */
  readonly limit?: number
}

/** A page, the newest first. */
export type LogsPage = {
  readonly entries: readonly LogEntry[]
  /** Options of the next page; absent when this one is the last. */
  readonly next?: { readonly until: Date; readonly skip: number }
}

export type FollowLogsOptions = Omit<ListLogsOptions, 'skip' | 'until' | 'requestId'> & {
  /** Ends it. */
  readonly signal?: AbortSignal
  /** Milliseconds between two looks; default 1,000. */
  readonly everyMs?: number
}
