import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Work under the lock takes milliseconds: an owner seen for longer than this has stopped. */
const patienceMs = 5_000
const pauseMs = 2

const sleeper = new Int32Array(new SharedArrayBuffer(4))
let taken = 0

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const create = (path: string, owner: string): boolean => {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
  try {
    writeFileSync(file, owner)
  } catch {
    // On a full disk the file is empty: still a lock, only its owner cannot be named.
  } finally {
    closeSync(file)
  }
  return true
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const isDead = (owner: string): boolean => {
  const [pid, host] = owner.split(' ')
  if (host !== hostname() || !Number.isInteger(Number(pid)) || Number(pid) <= 0) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return isCode(error, 'ESRCH')
  }
}

/** Two processes that find the same dead owner must not both remove: the second would remove the first's lock. */
const breakLock = (path: string, owner: string): void => {
  const guard = `${path}.break`
  if (!create(guard, '')) return
  try {
    if (read(path) === owner) rmSync(path, { force: true })
  } finally {
    rmSync(guard, { force: true })
  }
}

const acquire = (path: string, owner: string): void => {
  let seen: string | undefined
  let seenAt = performance.now()
  const startedAt = seenAt
  while (!create(path, owner)) {
    const now = performance.now()
    const found = read(path)
    if (found !== seen) [seen, seenAt] = [found, now]
    const isStale = found !== undefined && (isDead(found) || now - seenAt > patienceMs)
    if (isStale) breakLock(path, found)
    if (now - startedAt > 2 * patienceMs) rmSync(`${path}.break`, { force: true })
    if (now - startedAt > 4 * patienceMs) throw new Error(`${path} is locked by ${found}`)
    Atomics.wait(sleeper, 0, 0, pauseMs)
  }
}

/** Not the lock of who took it over while this process stood still; an empty one is ours, from a full disk. */
const release = (path: string, owner: string): void => {
  const found = read(path)
  if (found === owner || found === '') rmSync(path, { force: true })
}

/**
 * Runs the action while no other process does, and blocks this one until then. The lock of a process that
 * died is taken over at once, that of one that stopped or that runs on another machine after 5 seconds.
 *
 * @throws Error when the lock cannot be had in 20 seconds, and what the file system throws
 */
export const withLock = <T>(path: string, action: () => T): T => {
  taken += 1
  const owner = `${process.pid} ${hostname()} ${performance.timeOrigin} ${taken}`
  acquire(path, owner)
  try {
    return action()
  } finally {
    release(path, owner)
  }
}
