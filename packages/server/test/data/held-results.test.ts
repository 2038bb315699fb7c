import { testCluster } from '@regent/server/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../src/data/actor.ts'
import { openOperations } from '../../src/data/operations/operations.ts'
import { openExpectations } from '../../src/data/room/expectations.ts'
import { type Held, openHolding } from '../../src/data/room/holding.ts'
import { openRoom } from '../../src/data/room/room.ts'
import { systemJudge } from '../../src/data/system-judge.ts'
import { openViews } from '../../src/data/view/open-view.ts'
import type { Documents } from '../../src/documents/documents.ts'
import type { User } from '../../src/domain/user.ts'
import { AppError } from '../../src/errors.ts'
import { appOf, closeOpened, clusterStore, embeddedStore, openAll } from './open-sources.ts'

const mebibyte = 1024 * 1024

afterEach(closeOpened)

const user: User = {
  id: '',
  appId: '',
  type: 'normal',
  identities: [],
  disabled: false,
  deleting: false,
  createdAt: 0,
  lastLoginAt: 0,
  lastSeenAt: 0,
}

/** Operations of a collection of 3 MB in documents of 100 KB, over a room that is looked at. */
const openHeld = async (store: Documents, patienceMs: number) => {
  const { sources, run } = await openAll(store)
  const app = appOf('held-aaaaa')
  const place = { database: 'shop', collection: 'items' }
  const documents = Array.from({ length: 30 }, (_, n) => ({ _id: n, text: 'x'.repeat(100_000) }))
  await run(app, 'insertMany', place, documents)

  const room = openRoom({ mostBytes: 12 * mebibyte, patienceMs })
  const expectations = openExpectations()
  const views = openViews(Date.now)
  const operations = openOperations({
    sources,
    views,
    judge: async () => systemJudge,
    hold: (_dialect, owner) => openHolding({ room, expectations, owner }),
    now: Date.now,
  })
  const find = async (
    name: string,
    args: object,
    onHeld: (held: Held) => void,
  ): Promise<number> => {
    const actor: Actor = { kind: 'user', user: { ...user, id: name } }
    const call = { service: 'main', action: 'find', args: [{ ...place, ...args }], onHeld }
    return ((await operations.run(app, { ...call, dialect: 'client' }, actor)) as unknown[]).length
  }
  return { room, find, run: (action: string, args: object) => run(app, action, place, args) }
}

const engines = (tests: (store: () => Promise<Documents>) => void): void => {
  describe('embedded', () => tests(embeddedStore))
  const reason = testCluster === undefined ? ' (skipped: no REGENT_TEST_MONGODB_URL)' : ''
  describe.skipIf(testCluster === undefined)(`MongoDB${reason}`, () => tests(clusterStore))
}

describe('results that are held', () => {
  engines(openStore => {
    it('never take more than there is room for, and all are given in the end', {
      timeout: 60_000,
    }, async () => {
      const { room, find } = await openHeld(await openStore(), 60_000)
      let most = 0

      const counts = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          find(`user ${n}`, {}, held => {
            most = Math.max(most, room.used())
            setTimeout(held.leave, 20)
          }),
        ),
      )
      await new Promise(resolve => setTimeout(resolve, 50))

      expect(counts).toEqual(Array(40).fill(30))
      expect(most).toBeGreaterThan(3 * mebibyte - 200_000)
      expect(most).toBeLessThanOrEqual(12 * mebibyte)
      expect(room.used()).toBe(0)
    })

    it('are refused when nobody gives back in time, and small ones go on', {
      timeout: 60_000,
    }, async () => {
      const { room, find } = await openHeld(await openStore(), 300)
      const kept: Held[] = []
      const keep = (held: Held) => void kept.push(held)
      for (const name of ['ada', 'bob']) expect(await find(name, {}, keep)).toBe(30)

      const refusal = await find('cleo', {}, keep).catch(error => error)
      expect(refusal).toBeInstanceOf(AppError)
      expect(refusal.refusal).toBe('overloaded')
      expect(await find('dora', { query: { _id: 1 }, limit: 1 }, keep).catch(String)).toBe(1)

      for (const held of kept) held.leave()
      expect(room.used()).toBe(0)
      expect(await find('cleo', {}, held => held.leave())).toBe(30)
    })
  })
})
