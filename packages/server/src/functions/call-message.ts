import { toUserObject } from '../domain/user-object.ts'
import type { FunctionCall } from './call.ts'
import type { CallMessage } from './messages.ts'
import { packList } from './packing.ts'

/** What a thread is told of a call. */
export const toMessage = (call: number, asked: FunctionCall): Omit<CallMessage, 'cell'> => ({
  call,
  name: asked.name,
  args: packList(asked.args),
  callerId: asked.caller?.id,
  user: asked.caller && JSON.stringify(toUserObject(asked.caller, asked.customData)),
  request: asked.request && JSON.stringify(asked.request),
})
