import { describe, expect, it } from 'vitest'
import type { App } from '../../src/domain/app.ts'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { findProvider } from '../../src/providers/index.ts'
import type { Provider } from '../../src/providers/provider.ts'
import { createOwnKey, deleteOwnKey } from '../../src/use-cases/api-keys/own-keys.ts'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { claimIdentity } from '../../src/use-cases/claim-identity.ts'
import { logIn } from '../../src/use-cases/log-in.ts'
import type { Proof } from '../../src/use-cases/prove-identity.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import { startSession } from '../../src/use-cases/start-session.ts'
import { unlinkIdentity } from '../../src/use-cases/unlink-identity.ts'
import { anonymousProvider, emailProvider, newId } from '../deps/open-deps.ts'
import {
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

const keyProvider = { ...anonymousProvider, id: newId(), type: 'api-key' } as const
const tokenProvider = { ...anonymousProvider, id: newId(), type: 'custom-token' } as const
const providers = [anonymousProvider, emailProvider(), keyProvider, tokenProvider]
const dayMs = 86_400_000

const openShopWithKeys = (change: Partial<App> = {}) => openShop({ providers, ...change })

const withKey = async (shop: Shop) => {
  await registerAda(shop)
  const login = await logInByEmail(shop)
  return { login, ...(await createOwnKey(shop.deps, login.refreshToken, 'ci')) }
}

const logInByKey = ({ deps, app }: Shop, key: string) =>
  logIn(deps, app, { providerType: 'api-key', payload: { key }, device: undefined })

const linkedGuest = async (shop: Shop) => {
  const guest = await logInAnonymously(shop)
  await registerAda(shop)
  const link = await authenticate(shop.deps, guest.accessToken)
  const { user } = await logInByEmail(shop, { link })
  const id = user.identities[1]?.id ?? ''
  return { guest, link, user, email: { providerType: 'local-userpass', id } as const }
}

describe('what a provider says of a user', () => {
  const proofOf = (data: Record<string, unknown>): Proof => ({
    id: 'ada',
    data,
    provider: findProvider('custom-token') as Provider,
    entry: tokenProvider,
    newUserId: newId(),
  })
  const enter = async ({ deps, app }: Shop, proof: Proof) => {
    const found = await claimIdentity(deps, app, proof)
    await startSession(deps, app, { ...found, proof, device: undefined })
    return found.user.id
  }

  it('is replaced at each log-in with it, and costs no write more', async () => {
    await using shop = await openShopWithKeys()
    const id = await enter(shop, proofOf({ name: 'Ada', nick: 'countess' }))
    const before = shop.writes()
    await enter(shop, proofOf({ name: 'Ada', nick: 'countess' }))
    const same = shop.writes() - before
    await enter(shop, proofOf({ name: 'Ada L.' }))

    expect(shop.writes() - before - same).toBe(same)
    const user = await shop.store.users.findById(id)
    expect(user?.identities).toMatchObject([{ providerType: 'custom-token', id: 'ada' }])
    expect(user?.identities[0]?.data).toEqual({ name: 'Ada L.' })
  })

  it('leaves the other identities as they are', async () => {
    await using shop = await openShopWithKeys()
    const { user } = await linkedGuest(shop)

    const proof = { ...proofOf({ name: 'Ada' }), ownerId: user.id }
    await enter(shop, proof)
    await enter(shop, { ...proof, data: { name: 'Ada L.' } })

    const now = await shop.store.users.findById(user.id)
    expect(now?.identities.map(({ data }) => data)).toEqual([
      {},
      { email: 'ada@example.com' },
      { name: 'Ada L.' },
    ])
  })
})

describe('an identity with an owner', () => {
  const owned = (ownerId: string): Proof => ({
    id: newId(),
    data: {},
    ownerId,
    provider: findProvider('api-key') as Provider,
    entry: keyProvider,
    newUserId: newId(),
  })

  it('never makes a user: an owner who is gone or being deleted refuses it', async () => {
    await using shop = await openShopWithKeys()
    const { user } = await logInAnonymously(shop)
    await shop.store.users.markDeleting(user.id, [])

    for (const ownerId of [newId(), user.id]) {
      await expect(claimIdentity(shop.deps, shop.app, owned(ownerId))).rejects.toMatchObject(
        refusal('tokenRefused'),
      )
    }
    const users = await shop.store.users.listByApp(shop.app.id, { after: undefined, limit: 9 })
    expect(users.map(({ id }) => id)).toEqual([user.id])
  })

  it('is not added to an owner who is disabled, nor when its proof is taken back meanwhile', async () => {
    await using shop = await openShopWithKeys()
    const { user } = await logInAnonymously(shop)
    const lost = { ...owned(user.id), stillHolds: async () => false }

    await expect(claimIdentity(shop.deps, shop.app, lost)).rejects.toMatchObject(
      refusal('tokenRefused'),
    )
    await shop.store.users.setDisabled(user.id, true)
    await expect(claimIdentity(shop.deps, shop.app, owned(user.id))).rejects.toMatchObject(
      refusal('userDisabled'),
    )
    expect((await shop.store.users.findById(user.id))?.identities).toHaveLength(1)
  })
})

describe('a log-in with an API key', () => {
  it('writes what any log-in does: the user and the session', async () => {
    await using shop = await openShopWithKeys()
    const { key } = await withKey(shop)
    await logInByKey(shop, key)
    const before = shop.writes()

    await logInByKey(shop, key)

    expect(shop.writes() - before).toBe(2)
  })

  it('never keeps a session beside the delete of its key', async () => {
    await using shop = await openShopWithKeys()
    const { login } = await withKey(shop)
    for (let round = 0; round < 10; round += 1) {
      const made = await createOwnKey(shop.deps, login.refreshToken, `key-${round}`)

      const [, ...logins] = await Promise.allSettled([
        deleteOwnKey(shop.deps, login.refreshToken, made.apiKey.id),
        ...Array.from({ length: 4 }, () => logInByKey(shop, made.key)),
      ])

      for (const one of logins) {
        const outcome =
          one.status === 'rejected'
            ? one.reason.refusal
            : await refreshSession(shop.deps, one.value.refreshToken).catch(error => error.refusal)
        expect(['tokenRefused', 'refreshTokenUnknown']).toContain(outcome)
      }
      const user = await shop.store.users.findById(login.user.id)
      expect(user?.identities.map(({ providerType }) => providerType)).toEqual(['local-userpass'])
    }
  })
})

describe('an unlink', () => {
  it('that was cut off is finished by the next log-in with the identity, which makes somebody new', async () => {
    await using shop = await openShopWithKeys()
    const first = await logInAnonymously(shop)
    const proof: Proof = {
      id: 'ada',
      data: {},
      provider: findProvider('custom-token') as Provider,
      entry: tokenProvider,
      newUserId: newId(),
    }
    const name = { providerType: 'custom-token', id: 'ada' } as const
    const { store } = shop
    await store.identities.insert({
      appId: shop.app.id,
      ...name,
      userId: first.user.id,
      linked: true,
    })
    await claimIdentity(shop.deps, shop.app, proof)
    const note = { ...name, at: shop.deps.now(), keptSessionId: first.session.id }
    expect(await store.users.markUnlinking(first.user.id, note)).toBe(true)

    const found = await claimIdentity(shop.deps, shop.app, { ...proof, newUserId: newId() })

    expect(found).toMatchObject({ isNew: true })
    expect(found.user.id).not.toBe(first.user.id)
    const old = await store.users.findById(first.user.id)
    expect([old?.identities.length, old?.unlinking]).toEqual([1, undefined])
  })

  it('is finished by the sweep, but not while it may be under way', async () => {
    await using shop = await openShopWithKeys()
    const { user, email } = await linkedGuest(shop)
    const byEmail = await logInByEmail(shop)
    const note = { ...email, at: shop.deps.now(), keptSessionId: undefined }
    await shop.store.users.markUnlinking(user.id, note)

    expect(await sweepOnce(shop.deps)).toMatchObject({ unlinksFinished: 0 })
    shop.advance(61_000)
    expect(await sweepOnce(shop.deps)).toMatchObject({ unlinksFinished: 1 })

    await expect(refreshSession(shop.deps, byEmail.refreshToken)).rejects.toMatchObject(
      refusal('refreshTokenUnknown'),
    )
    expect(await shop.store.identities.listByUser(user.id)).toHaveLength(1)
    await registerAda(shop)
  })

  it('makes a guest of who has only the anonymous identity left, to be deleted when unused', async () => {
    await using shop = await openShopWithKeys({ refreshTokenSeconds: 157_680_000 })
    const { link, user, email } = await linkedGuest(shop)
    shop.advance(91 * dayMs)
    expect(await sweepOnce(shop.deps)).toMatchObject({ anonymousDeleted: 0 })
    shop.advance(-91 * dayMs)

    await unlinkIdentity(shop.deps, link, email)

    shop.advance(91 * dayMs)
    expect(await sweepOnce(shop.deps)).toMatchObject({ anonymousDeleted: 1 })
    expect(await shop.store.users.findById(user.id)).toBeUndefined()
  })

  it('never lets a log-in with the identity that runs beside it keep a session', async () => {
    await using shop = await openShopWithKeys()
    for (let round = 0; round < 8; round += 1) {
      const { link, user, email } = await linkedGuest(shop)

      const [unlinked, ...logins] = await Promise.allSettled([
        unlinkIdentity(shop.deps, link, email),
        ...Array.from({ length: 4 }, () => logInByEmail(shop)),
      ])

      expect(unlinked.status).toBe('fulfilled')
      for (const one of logins) {
        const outcome =
          one.status === 'rejected'
            ? one.reason.refusal
            : await refreshSession(shop.deps, one.value.refreshToken).catch(error => error.refusal)
        expect(['invalidPassword', 'refreshTokenUnknown']).toContain(outcome)
      }
      expect(await shop.store.sessions.listByUser(user.id)).toHaveLength(1)
      expect(await shop.store.identities.listByUser(user.id)).toHaveLength(1)
    }
  })
})
