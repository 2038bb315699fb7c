import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientPaths, type LoginWire } from '@regent/protocol'
import { describe, expect, it } from 'vitest'
import { withTriggers } from './apps.ts'
import { logIn } from './clients.ts'
import { startVictim, type Victim } from './victim.ts'

const longer = { timeout: 240_000 }
/** More writes than an act and the delivery of its events take. */
const mostWrites = 24

/**
 * Kills a server before each write of an act, and before each write of the delivery of its events. Resolves the
 * number of kills; `check` looks each time at the server that comes after.
 */
const killUntilDelivered = async <Prepared>({
  prepare,
  act,
  check,
}: {
  readonly prepare: (victim: Victim) => Promise<Prepared>
  readonly act: (victim: Victim, prepared: Prepared) => Promise<Response | undefined>
  readonly check: (told: readonly string[], userIds: readonly string[], prepared: Prepared) => void
}): Promise<number> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'regent-crash-'))
  let victim = await startVictim(dataDir)
  try {
    for (let write = 1; write <= mostWrites; write += 1) {
      const prepared = await prepare(victim)
      await victim.doom({ when: 'before', write })
      await act(victim, prepared)
      const survived = (await victim.told()) !== undefined
      await victim.kill()

      victim = await startVictim(dataDir)
      const after = await victim.told()
      check(after?.lines ?? [], after?.userIds ?? [], prepared)
      if (survived) return write - 1
    }
    throw new Error('the delivery does not end')
  } finally {
    await victim.kill()
    await rm(dataDir, { recursive: true, force: true })
  }
}

describe('a server killed at every write', () => {
  it(
    'of a first log-in and its delivery tells triggers of every user there is',
    longer,
    async () => {
      const kills = await killUntilDelivered({
        prepare: async () => ({}),
        act: victim =>
          victim.request('POST', clientPaths.login(withTriggers, 'anon-user'), { json: {} }),
        check: (told, userIds) => {
          for (const id of userIds) {
            expect(told).toContain(`CREATE ${id}`)
            expect(told).toContain(`LOGIN ${id}`)
          }
        },
      })

      expect(kills).toBeGreaterThanOrEqual(8)
    },
  )

  it('of a delete and its delivery tells triggers of every user who is gone', longer, async () => {
    const kills = await killUntilDelivered<LoginWire>({
      prepare: victim => logIn(victim, withTriggers),
      act: (victim, { access_token: bearer }) =>
        victim.request('DELETE', clientPaths.deleteUser(), { bearer }),
      check: (told, userIds, { user_id: id }) => {
        expect(told).toContain(`LOGIN ${id}`)
        expect(told.includes(`DELETE ${id}`)).toBe(!userIds.includes(id))
      },
    })

    expect(kills).toBeGreaterThanOrEqual(8)
  })
})
