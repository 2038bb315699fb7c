import type { LogForwarderBody, LogForwarderChangeBody, LogForwarderWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminApp } from '../apps.ts'
import type { AdminHttp } from '../http.ts'
import { createItems, type Items, openChange, openCommand } from './crud.ts'

/** Log forwarders, which are kept and do not run. */
export type AdminLogForwarders = Omit<
  Items<LogForwarderBody, LogForwarderWire, LogForwarderWire>,
  'replace'
> & {
  /** What is left out stays as it is. */
  change(app: AdminApp, id: string, change: LogForwarderChangeBody): Promise<void>
  enable(app: AdminApp, id: string): Promise<void>
  disable(app: AdminApp, id: string): Promise<void>
}

const paths = { all: adminPaths.logForwarders, one: adminPaths.logForwarder }

export const createAdminLogForwarders = (http: AdminHttp): AdminLogForwarders => {
  const { replace: _, ...items } = createItems<
    LogForwarderBody,
    LogForwarderWire,
    LogForwarderWire
  >(http, paths)
  return {
    ...items,
    change: openChange(http, 'PATCH', adminPaths.logForwarder),
    enable: openCommand(http, 'PUT', adminPaths.enableLogForwarder),
    disable: openCommand(http, 'PUT', adminPaths.disableLogForwarder),
  }
}
