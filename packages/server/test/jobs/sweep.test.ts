import { describe, expect, it } from 'vitest'
import { startSweep, sweepOnce } from '../../src/jobs/sweep.ts'
import { authenticate } from '../../src/use-cases/authenticate.ts'
import { refreshSession } from '../../src/use-cases/refresh-session.ts'
import { newId } from '../deps/open-deps.ts'
import {
  logInAnonymously,
  logInByEmail,
  openShop,
  registerAda,
  type Shop,
} from '../use-cases/people.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const claimOf = (shop: Shop, userId: string) =>
  ({
    appId: shop.app.id,
    providerType: 'anon-user',
    id: `${userId}-x`,
    userId,
    linked: false,
  }) as const

describe('the sweep', () => {
  it('finishes deletes that were begun', async () => {
    await using shop = await openShop()
    await registerAda(shop)
    const { user } = await logInByEmail(shop)
    await shop.store.users.markDeleting(user.id, [])

    expect(await sweepOnce(shop.deps)).toMatchObject({ deletesFinished: 1, isUnfinished: false })

    expect(await shop.store.users.findById(user.id)).toBeUndefined()
    expect(await shop.store.identities.listByUser(user.id)).toEqual([])
    await registerAda(shop)
  })

  it('ends the sessions that a reset was to end', async () => {
    await using shop = await openShop()
    const { store, app } = shop
    await registerAda(shop)
    const { user } = await logInByEmail(shop)
    const account = await store.passwords.find(app.id, 'ada@example.com')
    const token = {
      id: newId(),
      purpose: 'reset',
      hash: 'h',
      expiresAt: shop.deps.now() + 1,
    } as const
    await store.passwords.addToken(account as never, token)
    const proof = { ...token, appId: app.id, now: shop.deps.now() }
    await store.passwords.consumeToReset(proof, { hash: 'hash', endSessions: true })

    expect(await sweepOnce(shop.deps)).toMatchObject({ resetsFinished: 1 })

    expect(await store.sessions.listByUser(user.id)).toEqual([])
    expect(await sweepOnce(shop.deps)).toMatchObject({ resetsFinished: 0 })
  })

  it('removes sessions that expired, and keeps those that did not', async () => {
    await using shop = await openShop({ refreshTokenSeconds: 1_800, anonymousDays: 0 })
    await registerAda(shop)
    const { session } = await logInByEmail(shop)
    const guest = await logInAnonymously(shop)
    shop.advance(20 * minuteMs)
    const later = await logInByEmail(shop)
    shop.advance(11 * minuteMs)

    await sweepOnce(shop.deps)

    expect(await shop.store.sessions.findById(session.id)).toBeUndefined()
    expect(await shop.store.sessions.findById(later.session.id)).toBeDefined()
    expect(await shop.store.sessions.findById(guest.session.id)).toBeDefined()
  })

  it('deletes anonymous users whom nobody used for 90 days, and nobody else', async () => {
    await using shop = await openShop()
    const { deps, store } = shop
    await registerAda(shop)
    const unused = await logInAnonymously(shop)
    const used = await logInAnonymously(shop)
    const linked = await logInAnonymously(shop)
    await logInByEmail(shop, { link: await authenticate(deps, linked.accessToken) })
    shop.advance(89 * dayMs)
    await refreshSession(deps, used.refreshToken)
    expect(await sweepOnce(deps)).toMatchObject({ anonymousDeleted: 0 })
    shop.advance(dayMs + 1)

    expect(await sweepOnce(deps)).toMatchObject({ anonymousDeleted: 1, deletesFinished: 1 })

    expect(await store.users.findById(unused.user.id)).toBeUndefined()
    expect(await store.sessions.findById(unused.session.id)).toBeUndefined()
    expect(await store.users.findById(used.user.id)).toBeDefined()
    expect(await store.users.findById(linked.user.id)).toBeDefined()
  })

  it('deletes no anonymous user of an app that keeps them', async () => {
    await using shop = await openShop({ anonymousDays: 0 })
    const { user } = await logInAnonymously(shop)
    shop.advance(3650 * dayMs)

    expect(await sweepOnce(shop.deps)).toMatchObject({ anonymousDeleted: 0 })
    expect(await shop.store.users.findById(user.id)).toBeDefined()
  })

  it('removes claims without a user once they are ten minutes old', async () => {
    await using shop = await openShop()
    const { store, deps } = shop
    const { user } = await logInAnonymously(shop)
    const orphan = claimOf(shop, newId())
    await store.identities.insert(orphan)

    expect(await sweepOnce(deps)).toMatchObject({ claimsRemoved: 0 })
    shop.advance(11 * minuteMs)
    expect(await sweepOnce(deps)).toMatchObject({ claimsRemoved: 1 })
    expect(await sweepOnce(deps)).toMatchObject({ claimsRemoved: 0 })

    expect(await store.identities.find(orphan)).toBeUndefined()
    expect(await store.identities.listByUser(user.id)).toHaveLength(1)
  })

  it('takes a bounded number at once and says when there is more', async () => {
    await using shop = await openShop()
    const { store, deps } = shop
    const ids = Array.from({ length: 250 }, () => newId())
    await Promise.all(ids.map(id => store.identities.insert(claimOf(shop, id))))
    shop.advance(11 * minuteMs)

    expect(await sweepOnce(deps)).toMatchObject({ claimsRemoved: 200, isUnfinished: true })
    expect(await sweepOnce(deps)).toMatchObject({ claimsRemoved: 50, isUnfinished: false })
  })

  it('is done by one server at a time, and by the next when that one is gone', async () => {
    await using shop = await openShop()
    const { store, deps } = shop
    const lease = { name: 'sweep', owner: 'another server', forMs: 10 * minuteMs }
    expect(await store.leases.acquire({ ...lease, now: deps.now() })).toBe('')

    expect(await sweepOnce(deps)).toBeUndefined()
    shop.advance(10 * minuteMs)
    expect(await sweepOnce(deps)).toBeDefined()
    expect(await store.leases.acquire({ ...lease, now: deps.now() })).toBeDefined()
  })

  it('runs by itself until it is stopped, and waits for what is under way', async () => {
    await using shop = await openShop()
    const { user } = await logInAnonymously(shop)
    await shop.store.users.markDeleting(user.id, [])

    const sweep = startSweep(shop.deps)
    await sweep.stop()

    expect(await shop.store.users.findById(user.id)).toBeUndefined()
  })

  it('says in the log what it did, and nothing when there was nothing to do', async () => {
    await using shop = await openShop()
    const { user } = await logInAnonymously(shop)
    await startSweep(shop.deps).stop()
    expect(shop.lines.join('')).not.toContain('swept')
    await shop.store.users.markDeleting(user.id, [])

    await startSweep(shop.deps).stop()

    expect(shop.lines.map(line => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ msg: 'swept', deletesFinished: 1, anonymousDeleted: 0 }),
    )
  })

  it('says in the log when it failed, and goes on', async () => {
    await using shop = await openShop()
    const broken = { ...shop.store.apps, list: () => Promise.reject(new Error('no disk')) }

    await startSweep({ ...shop.deps, store: { ...shop.store, apps: broken } }).stop()

    expect(shop.lines.join('')).toContain('the sweep failed')
  })
})
