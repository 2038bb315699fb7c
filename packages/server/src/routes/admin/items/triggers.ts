import { adminPaths, listedTriggerWire, triggerBody, triggerWire } from '@regent/protocol'
import { changeApp } from '../../../apps/definition/change-app.ts'
import { enableTrigger, triggers } from '../../../apps/items/triggers.ts'
import { type AdminRoute, appRoute } from '../route.ts'
import { itemRoutes } from './crud.ts'

type Names = {
  readonly noun: readonly [one: string, many: string]
  readonly all: string
  readonly one: string
  readonly resume: string
}

const rowsOf = ({ noun, all, one, resume }: Names): readonly AdminRoute[] => [
  ...itemRoutes({
    noun,
    words: ['trigger', 'triggers'],
    tag: 'triggers',
    all,
    one,
    id: 'triggerId',
    items: triggers,
    body: triggerBody,
    listed: listedTriggerWire,
    whole: triggerWire,
    changed: 204,
    toListed: ({ config: _config, event_processors: _processors, error_handler: _, ...rest }) =>
      rest,
  }),
  appRoute({
    method: 'PUT',
    path: resume,
    operation: `resume${noun[0]}`,
    summary: 'Turns a trigger on again.',
    tag: 'triggers',
    access: 'write',
    answer: { status: 204 },
    handle: ({ deps, app, operator, params }) =>
      changeApp(deps, app, operator, definition =>
        enableTrigger(definition, params.triggerId ?? ''),
      ),
  }),
]

/** Triggers, by both of their names. */
export const triggerRoutes: readonly AdminRoute[] = [
  ...rowsOf({
    noun: ['Trigger', 'Triggers'],
    all: adminPaths.triggers(':projectId', ':appId'),
    one: adminPaths.trigger(':projectId', ':appId', ':triggerId'),
    resume: adminPaths.resumeTrigger(':projectId', ':appId', ':triggerId'),
  }),
  ...rowsOf({
    noun: ['EventSubscription', 'EventSubscriptions'],
    all: adminPaths.eventSubscriptions(':projectId', ':appId'),
    one: adminPaths.eventSubscription(':projectId', ':appId', ':triggerId'),
    resume: adminPaths.resumeEventSubscription(':projectId', ':appId', ':triggerId'),
  }),
]
