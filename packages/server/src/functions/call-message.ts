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

/** The number of the request is none of the app's business. */
const toRequest = ({ request }: FunctionCall): string | undefined => {
  if (!request) return undefined
  const { requestId: _, ...shown } = request
  return JSON.stringify(shown)
}

/** What a thread is told of a call. */
export const toMessage = (call: number, asked: FunctionCall): Omit<CallMessage, 'cell'> => ({
  call,
  name: asked.name,
  args: packList(asked.args),
  callerId: asked.caller?.id,
  user: toUser(asked),
  request: toRequest(asked),
})
