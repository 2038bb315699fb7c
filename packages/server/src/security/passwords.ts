import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../errors.ts'
import { putHashingBehind } from './hash-threads.ts'

/** Hashes and checks passwords, off the event loop, a bounded number at a time. */
export type Passwords = {
  /** @throws `overloaded` when too many wait already. */
  hash(password: string): Promise<string>
  /**
   * Checks a password against a hash. Without a hash it works as long, on a fixed one, and answers `false`,
   * so that time tells nothing about accounts.
   *
   * @throws `overloaded` when too many wait already.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other parameters than today's, so that the next login hashes anew. */
  isOutdated(hash: string): boolean
  /** Waits for what is under way; what is asked afterwards is refused. */
  close(): Promise<void>
}

export type PasswordOptions = {
  /** Memory of one hash in KiB. Default 19,456: OWASP's first choice for argon2id. */
  readonly memoryKib?: number
  /** Passes over that memory. Default 2. */
  readonly passes?: number
  /** Memory that all hashes under way may use, in MiB. Default 256. */
  readonly memoryBudgetMib?: number
  /** Hashes at a time, if the memory allows. Default: one more than cores, so that none idles while a result is taken. */
  readonly concurrency?: number
  /** Processes that hash on the same cores. Default 1. */
  readonly processes?: number
  /** Hashes that may wait for each one under way. Default 64: about three seconds of work. */
  readonly waitingPerSlot?: number
}

/** Runs at most `slots` tasks at a time, in order. */
const openQueue = (slots: number, longest: number) => {
  const waiting: (() => void)[] = []
  let running = 0
  let isPutBehind = false
  let closed = false
  let whenIdle: (() => void) | undefined

  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
    if (running === 0) whenIdle?.()
  }

  const enter = (): Promise<void> | undefined => {
    if (closed || (running >= slots && waiting.length >= longest)) throw new AppError('overloaded')
    if (running >= slots) return new Promise(resolve => waiting.push(resolve))
    running += 1
    return undefined
  }

  return {
    run: async <T>(task: () => Promise<T>): Promise<T> => {
      await enter()
      try {
        const outcome = task()
        // The threads are there since the first task.
        if (!isPutBehind) putHashingBehind()
        isPutBehind = true
        return await outcome
      } finally {
        leave()
      }
    },
    close: async (): Promise<void> => {
      closed = true
      if (running > 0) await new Promise<void>(resolve => (whenIdle = resolve))
    },
  }
}

const base64 = (bytes: number): string => randomBytes(bytes).toString('base64').replace(/=+$/, '')

/** Argon2id with one lane. */
export const openPasswords = ({
  memoryKib = 19_456,
  passes = 2,
  memoryBudgetMib = 256,
  processes = 1,
  concurrency = Math.ceil((availableParallelism() + 1) / processes),
  waitingPerSlot = 64,
}: PasswordOptions = {}): Passwords => {
  const slots = Math.max(1, Math.min(concurrency, Math.floor((memoryBudgetMib * 1024) / memoryKib)))
  const queue = openQueue(slots, slots * waitingPerSlot)
  const parameters = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$`
  const nobodysHash = `${parameters}${base64(16)}$${base64(32)}`
  const options = {
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: 1,
  }

  return {
    hash: password => queue.run(() => hash(password, options)),
    verify: async (known, password) => {
      const isRight = await queue.run(() => verify(known ?? nobodysHash, password))
      return isRight && known !== undefined
    },
    isOutdated: known => !known.startsWith(parameters),
    close: queue.close,
  }
}
