import type { Document } from 'bson'
import type { Documents } from '../../src/documents/documents.ts'

const hex = (id: { toHexString(): string }): string => id.toHexString()

const all = (documents: Documents, name: string): Promise<Document[]> =>
  documents.database('regent').collection(name).find({})

type Everything = {
  readonly users: readonly Document[]
  readonly claims: readonly Document[]
  readonly sessions: readonly Document[]
  readonly devices: readonly Document[]
  readonly passwords: readonly Document[]
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

const brokenUsers = ({ users, claims }: Everything): string[] => {
  const owners = new Map(claims.map(({ _id, userId }) => [_id, hex(userId)]))
  return users.flatMap(({ _id, appId, deleting, identities }) => [
    ...(deleting ? [`${hex(_id)} is still being deleted`] : []),
    ...(identities as Document[])
      .map(({ providerType, id }) => `${hex(appId)}:${providerType}:${id}`)
      .filter(key => owners.get(key) !== hex(_id))
      .map(key => `${hex(_id)} has ${key}, which is claimed by ${owners.get(key)}`),
  ])
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
  const [users = [], claims = [], sessions = [], devices = [], passwords = []] = await Promise.all(
    ['users', 'identities', 'sessions', 'devices', 'passwords'].map(name => all(documents, name)),
  )
  const everything = { users, claims, sessions, devices, passwords }
  return [brokenClaims, brokenUsers, brokenBelongings].flatMap(broken => broken(everything))
}
