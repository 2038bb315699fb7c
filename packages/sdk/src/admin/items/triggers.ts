import type { FailedEventWire, ListedTriggerWire, TriggerBody, TriggerWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { createItems, type Items, openCommand } from './crud.ts'

export type AdminTriggers = Items<TriggerBody, ListedTriggerWire, TriggerWire> & {
  resume(app: AdminApp, id: string): Promise<void>
  /** Events that were given again and again, and never taken. */
  listFailed(app: AdminApp): Promise<readonly FailedEventWire[]>
}

const paths = { all: adminPaths.triggers, one: adminPaths.trigger }

export const createAdminTriggers = (http: AdminHttp): AdminTriggers => {
  const { request, projectId } = http
  return {
    ...createItems<TriggerBody, ListedTriggerWire, TriggerWire>(http, paths),
    resume: openCommand(http, 'PUT', adminPaths.resumeTrigger),
    listFailed: async app => request('GET', adminPaths.failedEvents(await projectId(), app.id)),
  }
}
