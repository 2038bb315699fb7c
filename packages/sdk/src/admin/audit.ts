import type { AuditWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminHttp } from './http.ts'
import { present } from './present.ts'

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

export type AdminAudit = {
  /** One page of what operators did, the newest first. */
  list(options?: ListAuditOptions): Promise<AuditRow[]>
}

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
