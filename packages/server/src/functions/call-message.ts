import { type Identity, profileData, type User } from '../domain/user.ts'
import type { FunctionCall } from './call.ts'
import type { CallMessage } from './messages.ts'
import { packList } from './packing.ts'

const toIdentity = ({ id, providerType, data }: Identity) => ({
  id,
  provider_type: providerType,
  providerType,
  data,
})

const toUserJson = (user: User, customData: FunctionCall['customData'] = {}): string =>
  JSON.stringify({
    id: user.id,
    type: user.type,
    data: profileData(user),
    custom_data: customData,
    identities: user.identities.map(toIdentity),
  })

/** What a thread is told of a call. */
export const toMessage = (call: number, asked: FunctionCall): Omit<CallMessage, 'cell'> => ({
  call,
  name: asked.name,
  args: packList(asked.args),
  callerId: asked.caller?.id,
  user: asked.caller && toUserJson(asked.caller, asked.customData),
  request: asked.request && JSON.stringify(asked.request),
})
