import type { Document } from 'bson'
import type { Documents } from '../../src/documents/documents.ts'
import { systemDatabase } from '../../src/store/store.ts'

const hex = (id: { toHexString(): string }): string => id.toHexString()

const all = (documents: Documents, name: string): Promise<Document[]> =>
  systemDatabase(documents).collection(name).find({})

type Everything = {
  readonly users: readonly Document[]
  readonly claims: readonly Document[]
  readonly sessions: readonly Document[]
  readonly devices: readonly Document[]
  readonly passwords: readonly Document[]
  readonly apiKeys: readonly Document[]
}

const brokenClaims = ({ users, claims, passwords }: Everything): string[] => {
  const userIds = new Set(users.map(({ _id }) => hex(_id)))
  const accounts = new Set(
    passwords.map(({ appId, identityId }) => `${hex(appId)}:local-userpass:${hex(identityId)}`),
  )
  return claims.flatMap(({ _id, userId }) => [
    ...(userIds.has(hex(userId)) ? [] : [`${_id} is claimed for nobody`]),
    ...(_id.includes(':local-userpass:') && !accounts.has(_id) ? [`${_id} has no password`] : []),
  ])
}

/** What an identity hangs on: its claim, or its key. */
const ownersOf = ({ claims, apiKeys }: Everything): Map<string, string> =>
  new Map([
    ...claims.map(({ _id, userId }) => [_id as string, hex(userId)] as const),
    ...apiKeys.map(
      ({ _id, appId, userId }) => [`${hex(appId)}:api-key:${hex(_id)}`, hex(userId)] as const,
    ),
  ])

const brokenUsers = (everything: Everything): string[] => {
  const owners = ownersOf(everything)
  return everything.users.flatMap(({ _id, appId, deleting, unlinking, identities }) => [
    ...(deleting ? [`${hex(_id)} is still being deleted`] : []),
    ...(unlinking ? [`${hex(_id)} is still losing ${unlinking.id}`] : []),
    ...(identities.length === 0 ? [`${hex(_id)} has no identity`] : []),
    ...(identities as Document[])
      .map(({ providerType, id }) => `${hex(appId)}:${providerType}:${id}`)
      .filter(key => owners.get(key) !== hex(_id))
      .map(key => `${hex(_id)} has ${key}, which is claimed by ${owners.get(key)}`),
  ])
}

const brokenKeys = ({ users, sessions, apiKeys }: Everything): string[] => {
  const userIds = new Set(users.map(({ _id }) => hex(_id)))
  const good = new Set(apiKeys.filter(({ disabled }) => !disabled).map(({ _id }) => hex(_id)))
  const begun = sessions.filter(({ providerType }) => providerType === 'api-key')
  return [
    ...apiKeys.flatMap(({ _id, kind, userId, unfinished }) => [
      ...(unfinished ? [`${hex(_id)} is still being disabled or deleted`] : []),
      ...(kind === 'user' && !userIds.has(hex(userId)) ? [`${hex(_id)} is nobody's key`] : []),
    ]),
    ...begun
      .filter(({ identityId }) => !good.has(identityId))
      .map(({ _id, identityId }) => `${hex(_id)} goes on without its key ${identityId}`),
  ]
}

const brokenBelongings = ({ users, sessions, devices, passwords }: Everything): string[] => {
  const userIds = new Set(users.map(({ _id }) => hex(_id)))
  const lost = [...sessions, ...devices].filter(({ userId }) => !userIds.has(hex(userId)))
  const unended = passwords.filter(({ endSessions }) => endSessions)
  return [
    ...lost.map(({ _id }) => `${hex(_id)} belongs to nobody`),
    ...unended.map(({ _id }) => `${_id} was reset, and its sessions go on`),
  ]
}

/** What should hold in any store once the sweep went over it, and does not. */
export const brokenPromises = async (documents: Documents): Promise<string[]> => {
  const [users = [], claims = [], sessions = [], devices = [], passwords = [], apiKeys = []] =
    await Promise.all(
      ['users', 'identities', 'sessions', 'devices', 'passwords', 'apiKeys'].map(name =>
        all(documents, name),
      ),
    )
  const everything = { users, claims, sessions, devices, passwords, apiKeys }
  const rules = [brokenClaims, brokenUsers, brokenKeys, brokenBelongings]
  return rules.flatMap(broken => broken(everything))
}
