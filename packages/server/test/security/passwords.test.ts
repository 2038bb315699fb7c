import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { openPasswords } from '../../src/security/passwords.ts'

const cheap = { memoryKib: 64, passes: 1 }

describe('passwords', () => {
  it('are hashed with argon2id, the asked parameters and a salt of their own', async () => {
    const passwords = openPasswords({ memoryKib: 19_456, passes: 2 })

    const [one, two] = await Promise.all([
      passwords.hash('secret word'),
      passwords.hash('secret word'),
    ])

    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await passwords.verify(one, 'secret word')).toBe(true)
    expect(await passwords.verify(one, 'secret Word')).toBe(false)
  })

  it.runIf(process.platform === 'linux')('are hashed behind everything else', async () => {
    await openPasswords(cheap).hash('secret word')

    const threads = readdirSync('/proc/self/task').map(task => ({
      name: readFileSync(`/proc/self/task/${task}/comm`, 'utf8').trim(),
      niceness: getPriority(Number(task)),
    }))
    const hashing = threads.filter(({ name }) => name === 'libuv-worker')
    const others = threads.filter(({ name }) => name !== 'libuv-worker')

    expect(hashing.length).toBeGreaterThan(0)
    expect(Math.min(...hashing.map(({ niceness }) => niceness))).toBeGreaterThan(
      Math.max(...others.map(({ niceness }) => niceness)),
    )
  })

  it('are compared whole: long ones, zero bytes and compositions count', async () => {
    const passwords = openPasswords(cheap)
    const long = 'x'.repeat(72)
    const pairs = [
      [`${long}a`, `${long}b`],
      ['abc\0def', 'abc'],
      ['caf\u00e9-x', 'cafe\u0301-x'],
      [' spaced ', 'spaced'],
    ] as const

    for (const [right, wrong] of pairs) {
      const hash = await passwords.hash(right)
      expect(await passwords.verify(hash, right)).toBe(true)
      expect(await passwords.verify(hash, wrong)).toBe(false)
    }
  })

  it('of nobody are never right, and cost the same work', async () => {
    const passwords = openPasswords({ memoryKib: 8192, passes: 2, concurrency: 1 })
    const hash = await passwords.hash('secret word')
    // Processor time of all threads: the clock would count what else the machine does.
    const work = async (known: string | undefined): Promise<number> => {
      const before = process.cpuUsage()
      for (let round = 0; round < 10; round += 1) {
        expect(await passwords.verify(known, 'not the word')).toBe(false)
      }
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    await work(hash)

    const known = await work(hash)
    const unknown = await work(undefined)

    expect(unknown / known).toBeGreaterThan(0.5)
    expect(unknown / known).toBeLessThan(2)
  })

  it('hashed with other parameters are outdated', async () => {
    const hash = await openPasswords(cheap).hash('secret word')

    expect(openPasswords(cheap).isOutdated(hash)).toBe(false)
    expect(openPasswords({ ...cheap, passes: 2 }).isOutdated(hash)).toBe(true)
    expect(await openPasswords({ ...cheap, passes: 2 }).verify(hash, 'secret word')).toBe(true)
  })

  it('beyond what may wait are refused as overloaded, and the others are still answered', async () => {
    const passwords = openPasswords({ ...cheap, concurrency: 1, waitingPerSlot: 2 })

    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => passwords.hash('secret word')),
    )

    const refused = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(refused[0]).toBeInstanceOf(AppError)
    expect(refused[0]).toMatchObject({ refusal: 'overloaded' })
    expect(await passwords.hash('secret word')).toContain('argon2id')
  })

  it('run one at a time when the memory allows no more', async () => {
    const passwords = openPasswords({
      memoryKib: 1024,
      memoryBudgetMib: 1,
      passes: 1,
      waitingPerSlot: 0,
    })
    const first = passwords.hash('secret word')

    await expect(passwords.hash('secret word')).rejects.toMatchObject({ refusal: 'overloaded' })
    expect(await first).toContain('argon2id')
  })

  it('under way are finished before close resolves, and none is taken afterwards', async () => {
    const passwords = openPasswords({ ...cheap, concurrency: 1 })
    const answered: string[] = []
    const two = [1, 2].map(async () => answered.push(await passwords.hash('secret word')))

    await passwords.close()
    await Promise.all(two)

    expect(answered).toHaveLength(2)
    await expect(passwords.hash('secret word')).rejects.toMatchObject({ refusal: 'overloaded' })
  })
})
