import {
  adminPaths,
  auditWire,
  type LogsWire,
  listAuditQuery,
  listLogsQuery,
  logsWire,
} from '@regent/protocol'
import { z } from 'zod'
import type { Deps } from '../../../deps.ts'
import type { App } from '../../../domain/app.ts'
import {
  findActionsOf,
  findLogs,
  type LogsPage,
  type LogsQuery,
} from '../../../use-cases/admin/logs.ts'
import { type AdminRoute, adminRoute, appRoute } from '../route.ts'
import { readAuditQuery, readLogsQuery } from './read-query.ts'
import { actionToLogWire, toAuditWire, toLogWire } from './to-wire.ts'

const toPage = ({ entries, next }: LogsPage, projectId: string): LogsWire => ({
  logs: entries.map(entry => toLogWire(entry, projectId)),
  ...(next && { nextEndDate: new Date(next.until).toISOString(), nextSkip: next.skip }),
})

/** Links of refusals that knew no app name this app's log when the client does, so those entries are looked for too. */
const findByRequest = async (
  deps: Deps,
  query: LogsQuery & { readonly requestId: string },
  { app, projectId }: { readonly app: App | undefined; readonly projectId: string },
): Promise<LogsWire> => {
  const { requestId } = query
  const [page, actions] = await Promise.all([
    findLogs(deps, undefined, query),
    findActionsOf(deps, { requestId, appId: app?.id }),
  ])
  const ours = page.entries.filter(({ appId }) => !app || appId === app.id || appId === undefined)
  const entries = ours.map(entry => toLogWire(entry, projectId))
  return { logs: [...entries, ...actions.map(action => actionToLogWire(action, projectId))] }
}

const listLogs = async (
  deps: Deps,
  query: LogsQuery,
  place: { readonly app: App | undefined; readonly projectId: string },
): Promise<LogsWire> => {
  const { requestId } = query
  if (requestId !== undefined) return findByRequest(deps, { ...query, requestId }, place)
  return toPage(await findLogs(deps, place.app, query), place.projectId)
}

const facts = { tag: 'logs', method: 'GET', access: 'read' } as const

/** What happened, in the apps and by operators. Nothing here changes it. */
export const logRoutes: readonly AdminRoute[] = [
  appRoute({
    ...facts,
    path: adminPaths.logs(':projectId', ':appId'),
    operation: 'listLogs',
    summary: 'What happened in the app, the newest first.',
    query: listLogsQuery,
    answer: { status: 200, shape: logsWire },
    handle: ({ deps, context, app, query }) =>
      listLogs(deps, readLogsQuery(query), { app, projectId: context.projectId }),
  }),
  adminRoute({
    ...facts,
    path: adminPaths.allLogs(':projectId'),
    operation: 'listAllLogs',
    summary: 'What happened in all apps and outside of them, the newest first.',
    query: listLogsQuery.omit({ user_id: true }),
    answer: { status: 200, shape: logsWire },
    handle: ({ deps, context, query }) =>
      listLogs(deps, readLogsQuery(query), { app: undefined, projectId: context.projectId }),
  }),
  adminRoute({
    ...facts,
    path: adminPaths.audit(':projectId'),
    operation: 'listAudit',
    summary: 'What operators did, the newest first. No call changes or removes it.',
    query: listAuditQuery,
    answer: { status: 200, shape: z.array(auditWire) },
    handle: async ({ deps, query }) =>
      (await deps.activity.audit.find(readAuditQuery(query))).map(toAuditWire),
  }),
]
