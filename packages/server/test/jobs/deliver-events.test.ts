import { describe, expect, it, vi } from 'vitest'
import { startDelivery } from '../../src/jobs/deliver-events.ts'
import { logInAnonymously, openShop, type Shop } from '../use-cases/people.ts'

const source = `exports = async ({ user }) => {
  console.log(user.id)
  await new Promise(resolve => setTimeout(resolve, 20))
}`

const told = {
  functions: [
    {
      name: 'told',
      source,
      private: true,
      canEvaluate: {},
      disableArgLogs: false,
      runAsSystem: false,
    },
  ],
  triggers: [
    {
      name: 'seen',
      disabled: false,
      operationTypes: ['LOGIN'],
      providers: ['anon-user'],
      functionName: 'told',
    },
  ],
} as const

/** Ids of the users that the function was told of. */
const toldOf = ({ lines }: Shop): string[] =>
  lines
    .map(line => JSON.parse(line) as { function?: string; printed?: string[] })
    .filter(line => line.function === 'told')
    .flatMap(({ printed = [] }) => printed.map(text => text.slice(-24)))

describe('the delivery of events', () => {
  it('tells each event once, however many servers are there to do it', async () => {
    await using shop = await openShop(told)
    const jobs = [1, 2, 3].map(() => startDelivery(shop.deps, { pollMs: 5 }))

    const logins = await Promise.all(Array.from({ length: 10 }, () => logInAnonymously(shop)))
    await vi.waitFor(() => expect(toldOf(shop).length).toBeGreaterThanOrEqual(10), 15_000)
    await Promise.all(jobs.map(job => job.stop()))

    expect(toldOf(shop).sort()).toEqual(logins.map(({ user }) => user.id).sort())
    expect(await shop.store.users.listWithEvents(1)).toEqual([])
    expect(await shop.store.outbox.listDue(shop.deps.now(), 1)).toEqual([])
  })

  it('waits, when it is stopped, for what is under way, and leaves the rest to the next', async () => {
    await using shop = await openShop(told)
    const job = startDelivery(shop.deps, { pollMs: 5 })
    const { user } = await logInAnonymously(shop)
    await vi.waitFor(
      async () => expect(await shop.store.users.listWithEvents(1)).toEqual([]),
      15_000,
    )
    await job.stop()

    const { user: later } = await logInAnonymously(shop)
    expect(toldOf(shop)).not.toContain(later.id)
    const next = startDelivery(shop.deps, { pollMs: 5 })
    await vi.waitFor(() => expect(toldOf(shop)).toContain(later.id), 15_000)
    await next.stop()
    expect(toldOf(shop)).toContain(user.id)
  })

  it('goes on after a server that was killed with the lease', async () => {
    await using shop = await openShop(told)
    const { deps, store } = shop
    const killed = { name: 'events', owner: 'killed', now: deps.now(), forMs: 15_000 }
    await store.leases.acquire(killed)
    const job = startDelivery(deps, { pollMs: 5 })
    const { user } = await logInAnonymously(shop)
    expect(await store.users.listWithEvents(1)).toEqual([user.id])

    shop.advance(15_000)

    await vi.waitFor(() => expect(toldOf(shop)).toEqual([user.id]), 15_000)
    await job.stop()
  })

  it('says in the log that the store is away, and goes on', async () => {
    await using shop = await openShop(told)
    const { listWithEvents } = shop.store.users
    let isAway = true
    const users = {
      ...shop.store.users,
      listWithEvents: (limit: number) =>
        isAway ? Promise.reject(new Error('no disk')) : listWithEvents(limit),
    }
    const deps = { ...shop.deps, store: { ...shop.store, users } }
    const job = startDelivery(deps, { pollMs: 5 })
    const { user } = await logInAnonymously(shop)
    await vi.waitFor(() => expect(shop.lines.join('')).toContain('events could not be delivered'))

    isAway = false

    await vi.waitFor(() => expect(toldOf(shop)).toEqual([user.id]), 15_000)
    await job.stop()
  })

  it('tells an event once, also when the store is slow to say what is due', async () => {
    await using shop = await openShop(told)
    const { listDue } = shop.store.outbox
    const given = new Set<string>()
    const outbox = {
      ...shop.store.outbox,
      listDue: async (now: number, limit: number) => {
        const due = await listDue(now, limit)
        const areTold = async (): Promise<void> => {
          for (const { id } of await listDue(now, limit)) expect(given).not.toContain(id)
        }
        await vi.waitFor(areTold, { timeout: 15_000, interval: 5 })
        if (limit > 1) for (const { id } of due) given.add(id)
        return due
      },
    }
    const deps = { ...shop.deps, store: { ...shop.store, outbox } }
    const job = startDelivery(deps, { pollMs: 5 })
    const { user } = await logInAnonymously(shop)
    await vi.waitFor(() => expect(toldOf(shop)).toContain(user.id), 15_000)
    const { user: later } = await logInAnonymously(shop)
    await vi.waitFor(() => expect(toldOf(shop)).toContain(later.id), 15_000)
    await job.stop()

    expect(toldOf(shop)).toEqual([user.id, later.id])
  })
})
