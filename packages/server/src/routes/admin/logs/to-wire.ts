import type { AuditWire, LogWire } from '@regent/protocol'
import type { KeptAction } from '../../../activity/action.ts'
import type { KeptEntry } from '../../../activity/entry.ts'

const toTime = (ms: number): string => new Date(ms).toISOString()

/** Without fields that are `undefined`. */
const present = <Wire extends object>(wire: Wire): Wire =>
  Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined)) as Wire

const authEvent = ({ type, event, provider, error }: KeptEntry): LogWire['auth_event'] =>
  type === 'AUTH'
    ? { type: event, ...(provider && { provider }), failed: error !== undefined }
    : undefined

const functionName = ({ type, name, functionName: run }: KeptEntry): string | undefined =>
  run ?? (type === 'FUNCTION' ? name : undefined)

const isTrigger = ({ type }: KeptEntry): boolean =>
  type === 'AUTH_TRIGGER' || type === 'TRIGGER_FAILURE'

const isNamed = ({ type }: KeptEntry): boolean => type === 'SERVICE_FUNCTION' || type === 'MAIL'

/** An entry as the original told it. */
export const toLogWire = (entry: KeptEntry, projectId: string): LogWire =>
  present({
    _id: entry.id,
    co_id: entry.requestId ?? '',
    type: entry.type,
    domain_id: entry.appId ?? '',
    app_id: entry.appId ?? '',
    group_id: projectId,
    request_url: entry.path ?? '',
    request_method: entry.method ?? '',
    started: toTime(entry.startedAt),
    completed: toTime(entry.at),
    status: entry.status,
    user_id: entry.userId,
    remote_ip_address: entry.address,
    error: entry.error,
    error_code: entry.errorCode,
    detail: entry.detail,
    platform: entry.client?.platform,
    platform_version: entry.client?.platformVersion,
    sdk_name: entry.client?.sdk,
    sdk_version: entry.client?.sdkVersion,
    messages: entry.messages && [...entry.messages],
    auth_event: authEvent(entry),
    event_subscription_name: isTrigger(entry) ? entry.name : undefined,
    function_name: functionName(entry),
    event: entry.event,
    name: isNamed(entry) ? entry.name : undefined,
    email: entry.account,
    is_new_user: entry.isNewUser || undefined,
    count: entry.count === 1 ? undefined : entry.count,
  })

export const toAuditWire = (action: KeptAction): AuditWire => {
  const { operator } = action
  return present({
    _id: action.id,
    co_id: action.requestId ?? '',
    operator: operator && { _id: operator.id, name: operator.name, kind: operator.kind },
    operation: action.operation,
    app_id: action.appId,
    params: action.params,
    query: action.query,
    fields: action.fields && [...action.fields],
    name: action.name,
    made: action.made,
    started: toTime(action.at),
    completed: action.endedAt === undefined ? undefined : toTime(action.endedAt),
    status: action.status,
    error: action.error,
    error_code: action.errorCode,
    remote_ip_address: action.address,
    user_agent: action.userAgent,
    count: action.count === 1 ? undefined : action.count,
  })
}

/** An action as an entry of a log, for who follows the link of a refusal. */
export const actionToLogWire = (action: KeptAction, projectId: string): LogWire =>
  present({
    _id: action.id,
    co_id: action.requestId ?? '',
    type: 'ADMIN',
    domain_id: action.appId ?? '',
    app_id: action.appId ?? '',
    group_id: projectId,
    request_url: '',
    request_method: '',
    started: toTime(action.at),
    completed: toTime(action.endedAt ?? action.at),
    status: action.status,
    remote_ip_address: action.address,
    error: action.error,
    error_code: action.errorCode,
    event: action.operation,
    email: action.operator?.name,
  })
