import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/activity/entry.ts'
import { testCluster } from '../../testing/test-cluster.ts'
import { newId } from '../deps/open-deps.ts'
import { openTempActivity, startedAt } from './open-temp.ts'

const shop = newId()
const forum = newId()
const ada = newId()

const login = (change: Partial<Entry> = {}): Entry => ({
  type: 'AUTH',
  event: 'login',
  appId: shop,
  userId: ada,
  requestId: newId(),
  address: '192.0.2.7',
  status: 200,
  ...change,
})

const engines = [
  { name: 'embedded', cluster: undefined },
  ...(testCluster === undefined ? [] : [{ name: 'MongoDB', cluster: testCluster }]),
]

describe.each(engines)('entries kept by $name', ({ cluster }) => {
  it('come back whole, the newest first', async () => {
    await using logs = await openTempActivity({ cluster })
    const first = login({ provider: 'anon-user', isNewUser: true, client: { platform: 'ios' } })
    const second = login({ event: 'link', startedAt: startedAt - 3 })

    logs.activity.note(first)
    logs.advance(5)
    await logs.activity.keep(second)

    const found = await logs.activity.find({ appId: shop })
    expect(found).toMatchObject([
      { ...second, at: startedAt + 5 },
      { ...first, at: startedAt, startedAt },
    ])
    expect(found[0]?.id).toMatch(/^[0-9a-f]{24}$/)
  })

  it('are found by app, user, account, type, failure, request and time', async () => {
    await using logs = await openTempActivity({ cluster })
    const { activity, advance } = logs
    const requestId = newId()
    activity.note(login({ event: 'a' }))
    advance(1)
    activity.note(login({ event: 'b', userId: newId(), requestId }))
    advance(1)
    activity.note(login({ event: 'c', type: 'FUNCTION', userId: undefined, account: 'a@b.c' }))
    advance(1)
    activity.note(login({ event: 'd', type: 'MAIL', error: 'refused', appId: forum }))
    advance(1)
    activity.note(login({ event: 'e', error: 'unauthorized' }))
    const events = async (query: Parameters<typeof activity.find>[0]): Promise<string> =>
      (await activity.find(query)).map(({ event }) => event).join('')

    expect(await events({})).toBe('edcba')
    expect(await events({ appId: shop })).toBe('ecba')
    expect(await events({ appId: shop, userId: ada })).toBe('ea')
    expect(await events({ appId: shop, account: 'a@b.c' })).toBe('c')
    expect(await events({ appId: shop, failed: true })).toBe('e')
    expect(await events({ appId: shop, userId: ada, failed: true })).toBe('e')
    expect(await events({ appId: shop, types: ['FUNCTION'] })).toBe('c')
    expect(await events({ appId: shop, types: ['AUTH', 'FUNCTION'], limit: 2 })).toBe('ec')
    expect(await events({ appId: shop, types: ['AUTH', 'FUNCTION'], skip: 1 })).toBe('cba')
    expect(await events({ requestId })).toBe('b')
    expect(await events({ appId: forum, requestId })).toBe('')
    expect(await events({ appId: shop, after: startedAt, until: startedAt + 2 })).toBe('cb')
    expect(await events({ appId: shop, limit: 1, skip: 1 })).toBe('c')
    await activity.forgetApp(shop)
    expect(await events({})).toBe('d')
  })

  it('go after their days, and the oldest go when there are too many', async () => {
    const retention = { days: 10, mostEntries: 1_000, auditDays: 365 }
    await using logs = await openTempActivity({ cluster, retention })
    const { activity, advance } = logs
    const day = 24 * 60 * 60 * 1000
    await activity.keep(login({ event: 'old' }))
    advance(10 * day + 1)
    for (let count = 0; count < 1_800; count++) {
      activity.note(login({ event: `${count}` }))
      if (count % 100 === 99) await activity.flush()
    }

    await activity.trim()

    const found = await activity.find({ limit: 2_000 })
    expect(found).toHaveLength(1_000)
    expect(found.at(0)?.event).toBe('1799')
    expect(found.at(-1)?.event).toBe('800')
  })
})

describe('an entry', () => {
  it('is on the disk when keep resolves, and within a second when it was noted', async () => {
    await using logs = await openTempActivity()
    await logs.activity.keep(login({ event: 'kept' }))
    const other = logs.reopen()

    logs.activity.note(login({ event: 'noted' }))

    const events = async () => (await other.find({})).map(({ event }) => event)
    expect(await events()).toContain('kept')
    await expect.poll(events, { timeout: 2_000 }).toContain('noted')
  })

  it('is cut to size and freed of tokens', async () => {
    await using logs = await openTempActivity()
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'
    await logs.activity.keep(
      login({
        error: `no: ${token} ${'x'.repeat(5_000)}`,
        messages: Array.from({ length: 40 }, (_, line) => `${line} ${token} ${'y'.repeat(2_000)}`),
      }),
    )

    const [found] = await logs.activity.find({})

    expect(JSON.stringify(found)).not.toContain('eyJ')
    expect(found?.error).toHaveLength(1_024)
    expect(found?.messages).toHaveLength(25)
    expect(found?.messages?.[0]).toMatch(/^15 \[token\] y+…$/)
    expect(found?.messages?.[0]).toHaveLength(512)
  })
})
