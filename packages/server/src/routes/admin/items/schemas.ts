import { adminPaths, listedSchemaWire, modified, schemaBody, schemaWire } from '@regent/protocol'
import { schemas } from '../../../apps/items/schemas.ts'
import { itemRoutes } from './crud.ts'

/** Schemas of collections. */
export const schemaRoutes = itemRoutes({
  noun: ['Schema', 'Schemas'],
  words: ['schema', 'schemas of collections'],
  tag: 'schemas',
  all: adminPaths.schemas(':projectId', ':appId'),
  one: adminPaths.schema(':projectId', ':appId', ':schemaId'),
  id: 'schemaId',
  items: schemas,
  body: schemaBody,
  listed: listedSchemaWire.extend({ last_modified: modified }),
  whole: schemaWire.extend({ last_modified: modified }),
  changed: 204,
  toListed: ({ _id, metadata }) => ({ _id, metadata }),
})
