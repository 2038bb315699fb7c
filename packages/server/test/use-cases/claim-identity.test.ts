import { describe, expect, it } from 'vitest'
import { newId } from '../deps/open-deps.ts'
import {
  ada,
  logInAnonymously,
  logInByEmail,
  openShop,
  refusal,
  registerAda,
  type Shop,
} from './people.ts'

/** The claim on Ada's identity, as one of several states that a crash can leave. */
const adasClaim = async ({ store, app }: Shop, userId: string, linked: boolean) => {
  const account = await store.passwords.find(app.id, ada.email)
  const id = account?.identityId ?? ''
  return { appId: app.id, providerType: 'local-userpass', id, userId, linked } as const
}

describe('a log-in that finds', () => {
  it('a claim without its user completes it under the id that was claimed', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const userId = newId()
    await shop.store.identities.insert(await adasClaim(shop, userId, false))

    const logins = await Promise.all([1, 2, 3].map(() => logInByEmail(shop)))

    expect(new Set(logins.map(({ user }) => user.id))).toEqual(new Set([userId]))
  })

  it('a claim whose user lacks the identity adds it: a link that was cut off', async () => {
    await using shop = await openShop()
    const guest = await logInAnonymously(shop)
    await registerAda(shop)
    await shop.store.identities.insert(await adasClaim(shop, guest.user.id, true))

    const { user } = await logInByEmail(shop)

    expect(user.id).toBe(guest.user.id)
    expect(user.identities.map(({ providerType }) => providerType)).toEqual([
      'anon-user',
      'local-userpass',
    ])
  })

  it('a linked claim of a user who is gone makes somebody new, not the one who was deleted', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const gone = newId()
    await shop.store.identities.insert(await adasClaim(shop, gone, true))

    const logins = await Promise.all([1, 2, 3].map(() => logInByEmail(shop)))

    expect(new Set(logins.map(({ user }) => user.id)).size).toBe(1)
    expect(logins[0]?.user.id).not.toBe(gone)
  })

  it('its user being deleted answers as if there were no such user', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const { user } = await logInByEmail(shop)
    await shop.store.users.markDeleting(user.id, [])

    await expect(logInByEmail(shop)).rejects.toMatchObject(refusal('invalidPassword'))
  })
})

describe('a claim of which one first log-in was admitted and another refused', () => {
  it('goes as whoever was first has it, and leaves no third log-in room in between', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const { identities } = shop.store
    const claim = await adasClaim(shop, newId(), false)
    const ofAnother = { ...claim, userId: newId() }

    await identities.insert(claim)
    expect(await identities.keep(claim)).toBe(true)
    await identities.takeBack(claim)
    expect(await identities.insert(ofAnother)).toBe(false)
    expect(await identities.find(claim)).toEqual(claim)

    await identities.remove(claim)
    await identities.insert(claim)
    await identities.takeBack(claim)
    expect(await identities.keep(claim)).toBe(false)
    expect(await identities.insert(ofAnother)).toBe(true)
  })
})
