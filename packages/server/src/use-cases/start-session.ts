import { isDeepStrictEqual } from 'node:util'
import { noDeviceId } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { claimedDeviceId, type DeviceInfo, deviceDetails } from '../domain/device.ts'
import type { Session } from '../domain/session.ts'
import {
  type Identity,
  isAnonymous,
  knownEmails,
  type User,
  type UserEvent,
} from '../domain/user.ts'
import { AppError } from '../errors.ts'
import { randomHex } from '../security/random.ts'
import type { IdentityData } from '../store/users.ts'
import { wantedEvents } from '../triggers/wanted-events.ts'
import type { Proof } from './prove-identity.ts'

type Login = {
  readonly user: User
  /** True when the user was made for this log-in. */
  readonly isNew: boolean
  readonly proof: Proof
  readonly device: DeviceInfo | undefined
}

/** When a refresh token issued now ends, milliseconds since 1970. */
export const sessionExpiry = (app: App, now: number): number => now + app.refreshTokenSeconds * 1000

/**
 * The device that logs in: known again by the id an earlier log-in to this app gave it. Such an id speaks for its
 * device, so it cannot be guessed from others.
 */
const findDevice = async (
  { store, now }: Deps,
  app: App,
  device: DeviceInfo,
): Promise<{ id: string; createdAt: number }> => {
  const claimed = claimedDeviceId(device)
  const known = claimed === undefined ? undefined : await store.devices.findById(claimed)
  return known?.appId === app.id ? known : { id: randomHex(12), createdAt: now() }
}

const noteDevice = async (
  deps: Deps,
  app: App,
  { user, device }: Login,
): Promise<{ id: string; write: () => Promise<void> }> => {
  if (!device) return { id: noDeviceId, write: async () => {} }
  const { id, createdAt } = await findDevice(deps, app, device)
  const details = deviceDetails(device)
  const row = { id, appId: app.id, userId: user.id, details, createdAt }
  return { id, write: () => deps.store.devices.put(row) }
}

/** What the provider says of the identity, if that is not what the user has of it. */
const changedData = ({ user, proof }: Login): IdentityData | undefined => {
  const { id, data } = proof
  const providerType = proof.entry.type
  const isProven = (one: Identity): boolean => one.providerType === providerType && one.id === id
  const known = user.identities.find(isProven)
  if (isDeepStrictEqual(known?.data, data)) return undefined
  const identities = user.identities.map(one => (isProven(one) ? { ...one, data } : one))
  const isSameEmail = known?.data.email === data.email
  return { providerType, id, data, ...(!isSameEmail && { emails: knownEmails(identities) }) }
}

const refuse = async ({ store }: Deps, { user, proof }: Login): Promise<never> => {
  const current = await store.users.findById(user.id)
  const isDisabled = current?.disabled === true && !current.deleting
  throw new AppError(isDisabled ? 'userDisabled' : proof.provider.refusal)
}

/** Writes the session, and after it the log-in. Resolves `false` when the user went, or lost the identity, meanwhile. */
const writeLogin = async (
  { store }: Deps,
  login: Login,
  { session, events }: { readonly session: Session; readonly events: readonly UserEvent[] },
): Promise<boolean> => {
  const { user, isNew, proof } = login
  if (isNew) {
    await store.sessions.insert(session)
    return true
  }
  const identity = { providerType: proof.entry.type, id: proof.id }
  const restores = user.deletesAt !== undefined
  if (restores) await store.sessions.removeByUser(user.id)
  const noted = { at: session.createdAt, events, identity, restores }
  const [, isAdmitted] = await store.inOrder(
    () => store.sessions.insert(session),
    () => store.users.recordLogin(user.id, noted, changedData(login)),
  )
  return isAdmitted
}

/**
 * Starts a session of the user. What takes a user's rights away (delete, reset, unlink) writes its mark first and ends
 * sessions second; here the session is written first and the mark looked for second, by the write that notes the log-in
 * and by the proof. So one sees the other. What the provider says of the user now replaces what it said before. A user
 * who was to be deleted stays; sessions from before that are ended first, so that none of them comes back.
 *
 * @throws `userDisabled`, or the provider's refusal when the user or the proof went meanwhile
 */
export const startSession = async (deps: Deps, app: App, login: Login): Promise<Session> => {
  const { store, now, newId } = deps
  const { user, proof } = login
  if (user.disabled) throw new AppError('userDisabled')
  const device = await noteDevice(deps, app, login)
  const at = now()
  const session: Session = {
    id: newId(),
    appId: app.id,
    userId: user.id,
    deviceId: device.id,
    providerType: proof.entry.type,
    providerId: proof.entry.id,
    identityId: proof.id,
    createdAt: at,
    lastUsedAt: at,
    expiresAt: isAnonymous(user) ? undefined : sessionExpiry(app, at),
  }
  const events = wantedEvents(deps, app, [{ type: 'LOGIN', providers: [proof.entry.type], at }])
  const [isAdmitted] = await Promise.all([
    writeLogin(deps, login, { session, events }),
    device.write(),
  ])
  if (isAdmitted && (proof.stillHolds === undefined || (await proof.stillHolds()))) return session
  await store.sessions.remove(session.id)
  return refuse(deps, login)
}
