import { adminPaths, type FailedEventWire, failedEventWire } from '@regent/protocol'
import { z } from 'zod'
import type { FailedDelivery } from '../../store/outbox.ts'
import { listFailedEvents } from '../../use-cases/admin/triggers.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, appRoute } from './route.ts'

const toWire = (failed: FailedDelivery): FailedEventWire => ({
  _id: failed.id,
  trigger: failed.trigger,
  operation_type: failed.event.type,
  user_id: failed.user.id ?? '',
  time: toSeconds(failed.event.at),
  failed_at: toSeconds(failed.failedAt),
  attempts: failed.attempts,
  error: failed.error,
})

/** What triggers could not be told. */
export const failedEventRoutes: readonly AdminRoute[] = [
  appRoute({
    method: 'GET',
    path: adminPaths.failedEvents(':projectId', ':appId'),
    operation: 'listFailedEvents',
    summary: 'Events that the functions of triggers were given again and again, and never took.',
    tag: 'triggers',
    access: 'read',
    answer: { status: 200, shape: z.array(failedEventWire) },
    handle: async ({ deps, app }) => (await listFailedEvents(deps, app)).map(toWire),
  }),
]
