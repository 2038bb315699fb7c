import { adminPaths, functionBody, functionWire, listedFunctionWire } from '@regent/protocol'
import { functions } from '../../../apps/items/functions.ts'
import { itemRoutes } from './crud.ts'

/** Functions of an app. */
export const functionRoutes = itemRoutes({
  noun: ['Function', 'Functions'],
  words: ['function', 'functions'],
  tag: 'functions',
  all: adminPaths.functions(':projectId', ':appId'),
  one: adminPaths.function(':projectId', ':appId', ':functionId'),
  id: 'functionId',
  items: functions,
  body: functionBody,
  listed: listedFunctionWire,
  whole: functionWire,
  changed: 200,
  toListed: ({ _id, name }) => ({ _id, name }),
})
