import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Doom } from './doomed-documents.ts'
import { startVictim, type Victim } from './victim.ts'

/** Something that is done while the server is killed, and what must be true afterwards. */
export type Scenario<Prepared> = {
  /** Brings about what the act needs; `email` is new each time. */
  prepare(victim: Victim, email: string): Promise<Prepared>
  /** The act; `undefined` when the server died before it answered. */
  act(victim: Victim, prepared: Prepared): Promise<Response | undefined>
  /** What a client finds after the restart. `answered` when the act was acknowledged. */
  afterwards(server: Victim, prepared: Prepared, answered: boolean): Promise<void>
  /** After a sweep, if there is more to be true then. */
  afterSweep?(server: Victim, prepared: Prepared): Promise<void>
}

/** The server that is alive at the moment. */
type Alive = { readonly dataDir: string; victim: Victim }

const dieAndLook = async <Prepared>(
  scenario: Scenario<Prepared>,
  alive: Alive,
  doom: Doom,
): Promise<boolean> => {
  const { victim } = alive
  const prepared = await scenario.prepare(victim, `ada-${doom.when}-${doom.write}@example.com`)
  await victim.doom(doom)
  const response = await scenario.act(victim, prepared)
  const answered = response !== undefined
  if (answered) expect(response.ok, `${response.status} at write ${doom.write}`).toBe(true)
  await victim.kill()

  const next = await startVictim(alive.dataDir)
  alive.victim = next
  await scenario.afterwards(next, prepared, answered)
  const broken = await next.sweep()
  await scenario.afterSweep?.(next, prepared)
  expect(broken, `killed ${doom.when} write ${doom.write}`).toEqual([])
  return answered
}

/**
 * Kills a server with SIGKILL before each write of the act, and after the last one, and looks each time whether
 * the store is good after a restart. The server that was looked at is the next to be killed. Resolves how many
 * writes the act takes.
 */
export const killAtEveryStep = async <Prepared>(scenario: Scenario<Prepared>): Promise<number> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'regent-crash-'))
  const alive: Alive = { dataDir, victim: await startVictim(dataDir) }
  try {
    let write = 1
    while (!(await dieAndLook(scenario, alive, { when: 'before', write }))) write += 1
    await dieAndLook(scenario, alive, { when: 'after', write: write - 1 })
    return write - 1
  } finally {
    await alive.victim.kill()
    await rm(dataDir, { recursive: true, force: true })
  }
}
