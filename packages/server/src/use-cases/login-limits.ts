import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import { addressGroup } from '../domain/address.ts'
import type { App } from '../domain/app.ts'
import { claimedDeviceId, type DeviceInfo } from '../domain/device.ts'
import { findAccountClaim } from './email-password/account.ts'
import { type Counter, count, counterKey, refuseToWait, waitOf } from './throttle.ts'

/** Who tries to get into which account. */
export type Guess = {
  readonly providerType: ProviderType
  readonly account: string
  readonly address: string | undefined
  readonly device: DeviceInfo | undefined
}

type Counters = {
  /** This account from this address. */
  readonly pair: Counter
  /** This address, whatever the account. */
  readonly address: Counter | undefined
  /** This account, from wherever. */
  readonly account: Counter
}

const countersOf = (app: App, { providerType, account, address }: Guess): Counters => {
  const group = address === undefined ? '' : addressGroup(address)
  return {
    pair: { key: counterKey(app, 'pair', providerType, account, group), free: 10 },
    address:
      address === undefined ? undefined : { key: counterKey(app, 'address', group), free: 100 },
    account: { key: counterKey(app, 'account', providerType, account), free: 50 },
  }
}

/** True when the account's owner logged in from this device last: strangers must not lock owners out. */
const isOwnersDevice = async (
  deps: Deps,
  app: App,
  { account, device }: Guess,
): Promise<boolean> => {
  const { devices, passwords } = deps.store
  const deviceId = device && claimedDeviceId(device)
  const known = deviceId === undefined ? undefined : await devices.findById(deviceId)
  const password = known && (await passwords.find(app.id, account))
  if (!known || !password || known.appId !== app.id) return false
  const claim = await findAccountClaim(deps, password)
  return claim?.userId === known.userId
}

/**
 * Lets a guess through, or not. Costs point reads only; known and unknown accounts are counted alike.
 *
 * @throws `tooManyRequests` after too many failures of the account from this address, of this address, or of
 * the account from anywhere; the last not on the device that the account's owner used last.
 */
export const admitGuess = async (deps: Deps, app: App, guess: Guess): Promise<void> => {
  const { pair, address, account } = countersOf(app, guess)
  refuseToWait(await waitOf(deps, pair))
  if (address) refuseToWait(await waitOf(deps, address))
  const wait = await waitOf(deps, account)
  if (wait > 0 && !(await isOwnersDevice(deps, app, guess))) refuseToWait(wait)
}

export const countFailedGuess = async (deps: Deps, app: App, guess: Guess): Promise<void> => {
  const { pair, address, account } = countersOf(app, guess)
  await Promise.all([pair, account, ...(address ? [address] : [])].map(row => count(deps, row)))
}

/** A right guess clears what its own address had against the account; it writes only if there was something. */
export const forgetFailedGuesses = async (deps: Deps, app: App, guess: Guess): Promise<void> => {
  const { key } = countersOf(app, guess).pair
  if (await deps.store.limits.find(key, deps.now())) await deps.store.limits.remove(key)
}
