import { addressGroup } from '../domain/address.ts'
import type { Entry } from './entry.ts'
import type { FailureTraits } from './failure-counts.ts'

/** How failures of clients and of the apps' code are told together. */
export const failedEntries: FailureTraits<Entry> = {
  kindOf: ({ appId, type, event, name, errorCode, status }) =>
    [appId, type, event, name, errorCode, status].join('\0'),
  sourceOf: ({ userId, address }) => {
    if (userId !== undefined) return userId
    return address === undefined ? '' : addressGroup(address)
  },
  standFor: (entry, isOfOne) => {
    const {
      requestId: _,
      messages: __,
      account: ___,
      isNewUser: ____,
      detail: _____,
      ...rest
    } = entry
    if (isOfOne) return rest
    const { userId: _user, address: _address, client, deviceId, ...common } = rest
    return common
  },
}
