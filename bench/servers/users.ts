import { randomInt } from 'node:crypto'
import type { TestServer } from '@regent/server/testing'

/** Tokens handed out of all that were made: enough that no cache of the server holds the users. */
const tokensKept = 2_000
const atOnce = 1_000

export type MadeUsers = {
  /** Adds users through the store, with identity and session each; answers refresh tokens of random ones. */
  add(count: number): Promise<string[]>
  /** Reads random users by id, one after the other; answers microseconds a read. */
  timePointReads(count: number): Promise<number>
}

export const makeUsers = ({ deps, app }: TestServer): MadeUsers => {
  const { store, newId, now, tokens, data } = deps
  const provider = app.providers.find(({ type }) => type === 'anon-user')
  const providerId = provider?.id ?? ''
  const providerType = 'anon-user' as const
  const ids: string[] = []
  const sessions: string[] = []

  const addOne = async (): Promise<void> => {
    const at = now()
    const [id, sessionId] = [newId(), newId()]
    const identityId = `${id}-abcdefghijklmnopqrstuvwx`
    const user = {
      id,
      appId: app.id,
      type: 'normal' as const,
      identities: [{ id: identityId, providerType, providerId, data: {}, linkedAt: at }],
      disabled: false,
      deleting: false,
      createdAt: at,
      lastLoginAt: at,
      lastSeenAt: at,
    }
    const session = { ...sessionOf(id, sessionId), createdAt: at, lastUsedAt: at }
    await Promise.all([
      store.identities.insert({
        appId: app.id,
        providerType,
        id: identityId,
        userId: id,
        linked: false,
      }),
      store.users.insert(user, []),
      store.sessions.insert(session),
      app.customUserData && insertPerson(app.customUserData, id),
    ])
    ids.push(id)
    sessions.push(sessionId)
  }

  const insertPerson = async (
    { source, database, collection, userIdField }: NonNullable<TestServer['app']['customUserData']>,
    id: string,
  ): Promise<void> => {
    const document = { [userIdField]: id, name: 'Ada', team: 'red', visits: 5, staff: false }
    const args = [{ database, collection, document }]
    const call = { service: source, action: 'insertOne', args, dialect: 'client' } as const
    await data.run(app, call, { kind: 'system' })
  }

  const sessionOf = (userId: string, id: string) => ({
    id,
    appId: app.id,
    userId,
    deviceId: '000000000000000000000000',
    providerType,
    providerId,
    identityId: `${userId}-abcdefghijklmnopqrstuvwx`,
    createdAt: 0,
    lastUsedAt: 0,
    expiresAt: undefined,
  })

  const tokenOfRandom = (): Promise<string> => {
    const index = randomInt(ids.length)
    return tokens.issueRefresh(app, sessionOf(ids[index] ?? '', sessions[index] ?? ''))
  }

  return {
    add: async count => {
      for (let done = 0; done < count; done += atOnce) {
        const size = Math.min(atOnce, count - done)
        await Promise.all(Array.from({ length: size }, addOne))
      }
      return Promise.all(Array.from({ length: tokensKept }, tokenOfRandom))
    },
    timePointReads: async count => {
      const wanted = Array.from({ length: count }, () => ids[randomInt(ids.length)] ?? '')
      const started = performance.now()
      for (const id of wanted) await store.users.findById(id)
      return ((performance.now() - started) * 1000) / count
    },
  }
}
