import type { ProviderType } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import { addressGroup } from '../domain/address.ts'
import type { App } from '../domain/app.ts'
import { claimedDeviceId, type DeviceInfo } from '../domain/device.ts'
import { findAccountClaim } from './email-password/account.ts'
import { type Counter, count, counterKey, readCounters, refuseToWait } from './throttle.ts'

/** Who tries to get into which account. */
export type Guess = {
  readonly providerType: ProviderType
  readonly account: string
  readonly address: string | undefined
  readonly device: DeviceInfo | undefined
}

/** A guess with what it is counted by. */
export type CountedGuess = Guess & {
  /** This account from this address. */
  readonly pair: Counter
  /** This account, from wherever. */
  readonly anywhere: Counter
  /** This address, whatever the account; none when the address is not known. */
  readonly fromAddress: readonly Counter[]
}

export const toCountedGuess = (app: App, guess: Guess): CountedGuess => {
  const { providerType, account, address } = guess
  const group = address === undefined ? '' : addressGroup(address)
  return {
    ...guess,
    pair: { key: counterKey(app, 'pair', providerType, account, group), free: 10 },
    anywhere: { key: counterKey(app, 'account', providerType, account), free: 50 },
    fromAddress:
      address === undefined ? [] : [{ key: counterKey(app, 'address', group), free: 100 }],
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
 * Lets a guess through, or not; resolves `true` when this address has failed at the account before. Costs one read
 * of three counters; known and unknown accounts are counted alike.
 *
 * @throws `tooManyRequests` after too many failures of the account from this address, of this address, or of
 * the account from anywhere; the last not on the device that the account's owner used last.
 */
export const admitGuess = async (deps: Deps, app: App, guess: CountedGuess): Promise<boolean> => {
  const { pair, fromAddress, anywhere } = guess
  const [account, ...others] = await readCounters(deps, [anywhere, pair, ...fromAddress])
  for (const { wait } of others) refuseToWait(wait)
  const wait = account?.wait ?? 0
  if (wait > 0 && !(await isOwnersDevice(deps, app, guess))) refuseToWait(wait)
  return (others[0]?.count ?? 0) > 0
}

export const countFailedGuess = async (
  deps: Deps,
  { pair, fromAddress, anywhere }: CountedGuess,
): Promise<void> => {
  await Promise.all([pair, anywhere, ...fromAddress].map(counter => count(deps, counter)))
}

/** A right guess clears what its own address had against the account. */
export const forgetFailedGuesses = ({ store }: Deps, { pair }: CountedGuess): Promise<void> =>
  store.limits.remove(pair.key)
