import type { LogsWire, LogWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from './apps.ts'
import { followLogs } from './follow-logs.ts'
import type { AdminHttp } from './http.ts'
import type { FollowLogsOptions, ListLogsOptions, LogEntry, LogsPage } from './log-types.ts'
import { present } from './present.ts'

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
      followLogs(asked => (of === 'all' ? listAll(asked) : list(of, asked)), options),
  }
}
