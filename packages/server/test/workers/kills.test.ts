import { describe, expect, it } from 'vitest'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { findLost, gather } from './crowd.ts'
import { serve, until } from './serve.ts'

const rounds = 5
const patient = 240_000

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('acknowledged sign-ups', () => {
  it('outlive workers that are killed, while others go on and new ones come', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serve(folder.path, { args: ['--workers', '2'] })
    await server.waitForWorkers(2)
    await server.push(1)
    const crowd = gather(server)

    for (let round = 1; round <= rounds; round += 1) {
      await crowd.grow(20)
      const victim = server
        .workers()
        .filter(isAlive)
        .at(round % 2) as number
      process.kill(victim, 'SIGKILL')
      await crowd.grow(20)
      await server.waitForWorkers(2 + round)
    }
    await crowd.stop()

    expect(crowd.strange).toEqual([])
    expect(await findLost(server, crowd.acknowledged)).toEqual([])
    expect(server.workers().filter(isAlive)).toHaveLength(2)
    expect(server.said().match(/a worker has ended and is started again/g)).toHaveLength(rounds)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
  })

  it('outlive the process that writes, whose workers end with it, in any of several starts', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    const acknowledged: string[] = []

    for (let round = 1; round <= rounds; round += 1) {
      await using server = await serve(folder.path, { args: ['--workers', '2'] })
      await server.waitForWorkers(2)
      await server.push(1)
      const crowd = gather(server)
      await crowd.grow(50)
      const workers = server.workers()

      server.kill('SIGKILL')
      await server.ended
      await crowd.stop()
      acknowledged.push(...crowd.acknowledged)

      expect(crowd.strange).toEqual([])
      const { ms } = await until(
        async () => workers.filter(isAlive),
        alive => alive.length === 0,
      )
      expect(ms).toBeLessThan(5_000)
    }

    await using server = await serve(folder.path)
    expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * 50)
    expect(await findLost(server, acknowledged)).toEqual([])
  })
})

describe('a worker that is stuck', () => {
  it('is killed when the server stops, some time after it was asked to end', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await serve(folder.path, {
      args: ['--workers', '2'],
      env: { REGENT_STOP_SECONDS: '0' },
    })
    await server.waitForWorkers(2)
    const stuck = server.workers().at(1) as number

    process.kill(stuck, 'SIGSTOP')
    server.kill('SIGTERM')

    expect(await server.ended).toBe(0)
    expect(isAlive(stuck)).toBe(false)
  })
})
