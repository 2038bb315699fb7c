import type { AuditWire, LogsWire, LogWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import type { AdminHttp } from './http.ts'

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

/** One action of an operator. */
export type AuditRow = {
  readonly id: string
  /** Absent for somebody who is not known. */
  readonly operator?: { readonly id: string; readonly name: string; readonly kind: string }
  readonly operation: string
  readonly appId?: string
  /** What was acted on: ids and names. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  /** Names of the fields that were sent; their values are not kept. */
  readonly fields: readonly string[]
  readonly name?: string
  /** Id of what was made. */
  readonly made?: string
  readonly at: Date
  /** Absent when it was cut off: whether it was done is not known. */
  readonly endedAt?: Date
  readonly status?: number
  readonly error?: string
  readonly errorCode?: string
  readonly address?: string
  readonly userAgent?: string
  readonly requestId?: string
  /** Refused attempts that it stands for. */
  readonly count: number
}

export type ListAuditOptions = {
  /** Internal id of an app. */
  readonly appId?: string
  readonly operatorId?: string
  readonly operation?: string
  readonly requestId?: string
  /** True: only what was refused or failed. */
  readonly failed?: boolean
  readonly after?: Date
  readonly until?: Date
  /** Id of the last row of the page before. */
  readonly before?: string
  /** 1 to 100; default 100. */
  readonly limit?: number
}

/** One app, or all of them and what concerned none. */
export type LogsOf = AdminApp | 'all'

export type AdminLogs = {
  /** One page of what happened in the app. */
  list(app: AdminApp, options?: ListLogsOptions): Promise<LogsPage>
  /** One page of what happened in all apps, and outside of them. */
  listAll(options?: Omit<ListLogsOptions, 'user'>): Promise<LogsPage>
  /**
   * What happens, as it happens, the oldest first: begins with the last `limit` entries (default 10). Goes on until its
   * signal is aborted or the loop is left.
   */
  follow(of: LogsOf, options?: FollowLogsOptions): AsyncGenerator<LogEntry>
}

export type AdminAudit = {
  /** One page of what operators did, the newest first. */
  list(options?: ListAuditOptions): Promise<AuditRow[]>
}

type Given<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> }

/** Without fields that are absent or empty. */
const present = <Fields extends object>(fields: Fields): Given<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as Given<Fields>

const toEntry = (wire: LogWire): LogEntry => ({
  id: wire._id,
  type: wire.type,
  event: wire.event,
  startedAt: new Date(wire.started),
  at: new Date(wire.completed),
  count: wire.count ?? 1,
  ...present({
    requestId: wire.co_id,
    appId: wire.app_id,
    userId: wire.user_id,
    email: wire.email,
    provider: wire.auth_event?.provider,
    address: wire.remote_ip_address,
    platform: wire.platform,
    platformVersion: wire.platform_version,
    sdk: wire.sdk_name,
    sdkVersion: wire.sdk_version,
    method: wire.request_method,
    path: wire.request_url,
    status: wire.status,
    name: wire.event_subscription_name ?? wire.name ?? wire.function_name,
    messages: wire.messages,
    error: wire.error,
    errorCode: wire.error_code,
    detail: wire.detail,
    isNewUser: wire.is_new_user,
  }),
})

const toRow = (wire: AuditWire): AuditRow => ({
  id: wire._id,
  operation: wire.operation,
  params: wire.params ?? {},
  query: wire.query ?? {},
  fields: wire.fields ?? [],
  at: new Date(wire.started),
  count: wire.count ?? 1,
  ...present({
    operator: wire.operator && {
      id: wire.operator._id,
      name: wire.operator.name,
      kind: wire.operator.kind,
    },
    appId: wire.app_id,
    name: wire.name,
    made: wire.made,
    endedAt: wire.completed === undefined ? undefined : new Date(wire.completed),
    status: wire.status,
    error: wire.error,
    errorCode: wire.error_code,
    address: wire.remote_ip_address,
    userAgent: wire.user_agent,
    requestId: wire.co_id,
  }),
})

const toQuery = (options: ListLogsOptions) => ({
  user_id: options.user,
  type: options.types?.join(','),
  errors_only: options.failed ? true : undefined,
  co_id: options.requestId,
  start_date: options.after?.toISOString(),
  end_date: options.until?.toISOString(),
  skip: options.skip,
  limit: options.limit,
})

export const createAdminLogs = ({ request, projectId }: AdminHttp): AdminLogs => {
  const read = async (path: string, options: ListLogsOptions = {}): Promise<LogsPage> => {
    const page = await request<LogsWire>('GET', path, { query: toQuery(options) })
    const { nextEndDate, nextSkip = 0 } = page
    return {
      entries: page.logs.map(toEntry),
      ...(nextEndDate !== undefined && { next: { until: new Date(nextEndDate), skip: nextSkip } }),
    }
  }
  const list: AdminLogs['list'] = async (app, options) =>
    read(adminPaths.logs(await projectId(), app.id), options)
  const listAll: AdminLogs['listAll'] = async options =>
    read(adminPaths.allLogs(await projectId()), options)
  return {
    list,
    listAll,
    follow: (of, options) =>
      follow(asked => (of === 'all' ? listAll(asked) : list(of, asked)), options),
  }
}

type Read = (options: ListLogsOptions) => Promise<LogsPage>

/** Servers write their entries within a second: what is later than another may be seen before it. */
const lateMs = 5_000

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise(resolve => {
    if (signal?.aborted) return resolve()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })

/** All pages of what is later than the date. */
const readSince = async (read: Read, options: ListLogsOptions): Promise<LogEntry[]> => {
  const found: LogEntry[] = []
  let next: LogsPage['next']
  do {
    const page: LogsPage = await read({ ...options, ...next })
    found.push(...page.entries)
    next = page.next
  } while (next)
  return found
}

async function* follow(
  read: Read,
  { signal, everyMs = 1_000, limit = 10, after, ...options }: FollowLogsOptions = {},
): AsyncGenerator<LogEntry> {
  let known = new Set<string>()
  const first = after
    ? await readSince(read, { ...options, after })
    : (await read({ ...options, limit })).entries
  let fresh = first.toReversed()
  let newest = after
  while (!signal?.aborted) {
    yield* fresh
    newest = fresh.at(-1)?.at ?? newest
    await pause(everyMs, signal)
    if (signal?.aborted) return
    const since = newest && new Date(newest.getTime() - lateMs)
    const seen = await readSince(read, { ...options, ...(since && { after: since }) })
    for (const { id } of fresh) known.add(id)
    fresh = seen.filter(({ id }) => !known.has(id)).toReversed()
    known = new Set(seen.map(({ id }) => id))
  }
}

export const createAdminAudit = ({ request, projectId }: AdminHttp): AdminAudit => ({
  list: async (options = {}) => {
    const rows = await request<readonly AuditWire[]>('GET', adminPaths.audit(await projectId()), {
      query: {
        app_id: options.appId,
        operator_id: options.operatorId,
        operation: options.operation,
        co_id: options.requestId,
        errors_only: options.failed ? true : undefined,
        start_date: options.after?.toISOString(),
        end_date: options.until?.toISOString(),
        before: options.before,
        limit: options.limit,
      },
    })
    return rows.map(toRow)
  },
})
