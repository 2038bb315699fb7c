import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { post, refused } from '../client/clients.ts'
import { importLines, shaHash } from '../moving/moving.ts'

/** bcrypt at a cost that anybody could tell from the others. */
const slow = '$2y$11$59Wi5O2KcVyu0ahRW4HkgeuSAveEffg1M/7dNK/RP8zehh/nWTOQm'

const login = async (server: TestServer, username: string) => {
  const began = performance.now()
  const path = clientPaths.login(server.app.clientAppId, 'local-userpass')
  const answer = await refused(await post(server, path, { username, password: 'not-the-one' }))
  return { answer, ms: performance.now() - began }
}

const hourMs = 3_600_000
const fewestRounds = 3
const mostRounds = 12

describe('an app with imported accounts (14, 15)', () => {
  it('answers alike, after the same time, for unknown accounts and those of every kind of hash', async () => {
    await using server = await startTestServer({
      settings: { passwordMemoryKib: 1_024, passwordPasses: 1 },
    })
    await importLines(server, [
      { email: 'slow@example.com', password_hash: slow },
      { email: 'quick@example.com', password_hash: shaHash },
      { email: 'none@example.com' },
      { email: 'off@example.com', password_hash: slow, disabled: true },
    ])
    const people = ['slow', 'quick', 'none', 'off', 'unknown'].map(name => `${name}@example.com`)
    await login(server, 'unknown@example.com')
    // Whatever else the machine does only adds time: the shortest of each is what its answer takes.
    const shortest = new Map<string, number>()
    const ratio = (): number => Math.max(...shortest.values()) / Math.min(...shortest.values())
    for (
      let round = 0;
      round < fewestRounds || (round < mostRounds && ratio() >= 1.3);
      round += 1
    ) {
      server.advance(hourMs)
      for (const person of people) {
        const { answer, ms } = await login(server, person)
        expect(answer).toEqual({
          status: 401,
          error: 'unauthorized',
          error_code: 'InvalidPassword',
        })
        shortest.set(person, Math.min(shortest.get(person) ?? ms, ms))
      }
    }

    expect(ratio()).toBeLessThan(1.3)
  }, 240_000)
})
