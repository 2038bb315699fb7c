import { toUserObject } from '../domain/user-object.ts'
import type { FunctionCall } from './call.ts'
import type { CallMessage } from './messages.ts'
import { packList, toBytes } from './packing.ts'

/** Custom data has values that JSON has no word for. */
const toUser = ({ caller, customData }: FunctionCall): CallMessage['user'] => {
  if (!caller) return undefined
  const user = toUserObject(caller, customData)
  return customData ? toBytes(user) : JSON.stringify(user)
}

/** What a thread is told of a call. */
export const toMessage = (call: number, asked: FunctionCall): Omit<CallMessage, 'cell'> => ({
  call,
  name: asked.name,
  args: packList(asked.args),
  callerId: asked.caller?.id,
  user: toUser(asked),
  request: asked.request && JSON.stringify(asked.request),
})
