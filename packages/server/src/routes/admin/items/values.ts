import { adminPaths, listedValueWire, valueBody, valueWire } from '@regent/protocol'
import { values } from '../../../apps/items/values.ts'
import { itemRoutes } from './crud.ts'

/** Values of an app. */
export const valueRoutes = itemRoutes({
  noun: ['Value', 'Values'],
  words: ['value', 'values'],
  tag: 'values',
  all: adminPaths.values(':projectId', ':appId'),
  one: adminPaths.value(':projectId', ':appId', ':valueId'),
  id: 'valueId',
  items: values,
  body: valueBody,
  listed: listedValueWire,
  whole: valueWire,
  changed: 204,
  toListed: ({ value: _, ...rest }) => rest,
})
