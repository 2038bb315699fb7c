import { jsonObject, privatePaths } from '@regent/protocol'
import { z } from 'zod'
import { type AdminRoute, adminRoute, appRoute } from './route.ts'

const tag = 'private'
const features = privatePaths.features(':projectId', ':appId')
const settings = privatePaths.settings(':projectId', ':appId')

/** Switches of the original's own tests; Regent has none of them. */
const switches = (path: string, noun: 'Features' | 'Settings'): readonly AdminRoute[] => {
  const take = (method: 'POST' | 'PATCH', verb: string): AdminRoute =>
    appRoute({
      method,
      path,
      operation: `${verb}Private${noun}`,
      summary: 'Takes what test programs of the SDKs send, and changes nothing.',
      tag,
      access: 'write',
      body: jsonObject,
      answer: { status: 204 },
      handle: async () => undefined,
    })
  return [
    appRoute({
      method: 'GET',
      path,
      operation: `getPrivate${noun}`,
      summary: 'There are none.',
      tag,
      access: 'read',
      answer: { status: 200, shape: jsonObject },
      handle: async () => (noun === 'Features' ? { enabled: [] } : {}),
    }),
    take('POST', 'set'),
    take('PATCH', 'change'),
  ]
}

/** What test programs of the SDKs ask beside the Admin API. */
export const privateRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'GET',
    path: privatePaths.version(),
    operation: 'getVersion',
    summary: 'Says that a server is there.',
    tag,
    access: 'open',
    answer: { status: 200, shape: z.object({ name: z.string() }) },
    handle: async () => ({ name: 'regent' }),
  }),
  ...switches(features, 'Features'),
  ...switches(settings, 'Settings'),
]
