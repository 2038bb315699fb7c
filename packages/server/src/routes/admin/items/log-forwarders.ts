import {
  adminPaths,
  logForwarderBody,
  logForwarderChangeBody,
  logForwarderWire,
  modified,
} from '@regent/protocol'
import { changeApp } from '../../../apps/definition/change-app.ts'
import { changeLogForwarder, logForwarders } from '../../../apps/items/log-forwarders.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { itemRoutes } from './crud.ts'

const tag = 'log forwarders'
const whole = logForwarderWire.extend({ last_modified: modified })
const one = adminPaths.logForwarder(':projectId', ':appId', ':forwarderId')

const rows = itemRoutes({
  noun: ['LogForwarder', 'LogForwarders'],
  words: ['log forwarder', 'log forwarders'],
  tag,
  all: adminPaths.logForwarders(':projectId', ':appId'),
  one,
  id: 'forwarderId',
  items: logForwarders,
  body: logForwarderBody,
  listed: whole,
  whole,
  changed: 204,
})

const turn = (path: string, verb: 'enable' | 'disable'): AdminRoute =>
  appRoute({
    method: 'PUT',
    path,
    operation: `${verb}LogForwarder`,
    summary: `Turns a log forwarder ${verb === 'enable' ? 'on' : 'off'}.`,
    tag,
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params }) =>
      changeApp(deps, app, operator, definition =>
        changeLogForwarder(definition, params.forwarderId ?? '', { disabled: verb === 'disable' }),
      ),
  })

/** Log forwarders, which are kept. */
export const logForwarderRoutes: readonly AdminRoute[] = [
  ...rows.filter(({ method }) => method !== 'PUT'),
  appRoute({
    method: 'PATCH',
    path: one,
    operation: 'changeLogForwarder',
    summary: 'Changes what is given of a log forwarder.',
    tag,
    access: 'write',
    body: logForwarderChangeBody,
    answer: { status: 204 },
    handle: ({ deps, app, operator, params, body }) =>
      changeApp(deps, app, operator, definition =>
        changeLogForwarder(definition, params.forwarderId ?? '', body),
      ),
  }),
  turn(adminPaths.enableLogForwarder(':projectId', ':appId', ':forwarderId'), 'enable'),
  turn(adminPaths.disableLogForwarder(':projectId', ':appId', ':forwarderId'), 'disable'),
]
