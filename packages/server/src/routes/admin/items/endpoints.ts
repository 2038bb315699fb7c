import { adminPaths, endpointBody, endpointWire, modified } from '@regent/protocol'
import { endpoints } from '../../../apps/items/endpoints.ts'
import { itemRoutes } from './crud.ts'

const whole = endpointWire.extend({ last_modified: modified })

/** HTTPS endpoints, which are kept. */
export const endpointRoutes = itemRoutes({
  noun: ['Endpoint', 'Endpoints'],
  words: ['HTTPS endpoint', 'HTTPS endpoints'],
  tag: 'endpoints',
  all: adminPaths.endpoints(':projectId', ':appId'),
  one: adminPaths.endpoint(':projectId', ':appId', ':endpointId'),
  id: 'endpointId',
  items: endpoints,
  body: endpointBody,
  listed: whole,
  whole,
  changed: 204,
})
