import { Readable } from 'node:stream'
import { adminPaths, importedUsersWire, importUsersQuery } from '@regent/protocol'
import { linesOf } from '../../http/lines.ts'
import { exportUsers } from '../../use-cases/moving/export-users.ts'
import { importUsers } from '../../use-cases/moving/import-users.ts'
import { type AdminRoute, appRoute } from './route.ts'

const linesType = 'application/x-ndjson'

/** Users from elsewhere, and to elsewhere. */
export const movingRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'POST',
    path: adminPaths.importUsers(':projectId', ':appId'),
    operation: 'importUsers',
    summary:
      'Takes users that another system knew, one JSON object a line, and tells which it did not take.',
    tag: 'users',
    access: 'write',
    takes: linesType,
    query: importUsersQuery,
    answer: { status: 200, shape: importedUsersWire },
    handle: ({ deps, app, query: { dry_run: dryRun = 'false' }, request }) =>
      importUsers(deps, app, {
        lines: linesOf(request.body as Readable),
        isDry: dryRun !== 'false' && dryRun !== '0',
      }),
  }),
  appRoute({
    method: 'GET',
    path: adminPaths.exportUsers(':projectId', ':appId'),
    operation: 'exportUsers',
    summary: 'All users with password hashes, one JSON object a line, as an import takes them.',
    tag: 'users',
    access: 'write',
    answer: { status: 200, contentType: linesType },
    handle: async ({ deps, app }) => Readable.from(exportUsers(deps, app)),
  }),
]
