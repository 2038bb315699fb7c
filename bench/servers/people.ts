import type { TestServer } from '@regent/server/testing'
import type { User } from '../../packages/server/src/domain/user.ts'

/** What requests about the people need to know. */
export type MadePeople = {
  readonly operatorKey: string
  readonly projectId: string
  readonly appId: string
  /** Some of their ids, in order. */
  readonly ids: readonly string[]
}

const atOnce = 1_000
const samples = 500
const dayMs = 24 * 60 * 60 * 1000
/** They came over three years, and were here last within the year after. */
const comingDays = 3 * 365

const names = ['ada', 'bob', 'cleo', 'dan', 'eve', 'finn', 'gail', 'hugo', 'ida', 'jan']

/** One in a hundred logs in with a token of the app's own, ten with Google, all others with a password. */
const typeOf = (index: number): 'custom-token' | 'oauth2-google' | 'local-userpass' => {
  const rest = index % 100
  if (rest === 0) return 'custom-token'
  return rest <= 10 ? 'oauth2-google' : 'local-userpass'
}

/** Adds users with e-mail addresses and dates through the store; one in a thousand is disabled. */
export const makePeople = async (
  { deps, app, operatorKey, projectId }: TestServer,
  count: number,
): Promise<MadePeople> => {
  const { store, newId, now } = deps
  const providerId = app.providers[0]?.id ?? ''
  const ids: string[] = []
  const step = Math.max(1, Math.floor(count / samples))

  const toPerson = (index: number): User => {
    const id = newId()
    const createdAt = now() - Math.floor(((count - index) / count) * comingDays * dayMs)
    const lastLoginAt = Math.min(now(), createdAt + ((index * 7919) % 365) * dayMs)
    const email = `${names[index % names.length]}.${(index * 7919) % count}@example.com`
    const identity = { id: newId(), providerType: typeOf(index), providerId, data: { email } }
    if (index % step === 0) ids.push(id)
    return {
      id,
      appId: app.id,
      type: 'normal',
      identities: [{ ...identity, linkedAt: createdAt }],
      disabled: index % 1_000 === 0,
      deleting: false,
      createdAt,
      lastLoginAt,
      lastSeenAt: lastLoginAt,
    }
  }

  let before: Promise<unknown> = Promise.resolve()
  for (let done = 0; done < count; done += atOnce) {
    const size = Math.min(atOnce, count - done)
    const people = Array.from({ length: size }, (_, index) => toPerson(done + index))
    await before
    before = store.moving.insertUsers(people)
  }
  await before
  return { operatorKey, projectId, appId: app.id, ids: ids.sort() }
}
