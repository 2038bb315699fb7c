import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { noHash } from '../domain/password.ts'
import { mostMemory } from './foreign-hashes/foreign-hash.ts'
import { readForeignHash } from './foreign-hashes/read-foreign-hash.ts'
import { openPace, type Pace } from './pace.ts'
import { openSlotQueue } from './slot-queue.ts'

/** Hashes and checks passwords, off the event loop, a bounded number at a time. */
export type Passwords = {
  /** @throws `overloaded` when too many wait already. */
  hash(password: string): Promise<string>
  /**
   * Checks a password against a hash, one of ours or one that another system made. Without a hash, or with one that
   * nothing is known of, it works as long as on one of ours and answers `false`, so that time tells nothing about
   * accounts.
   *
   * @throws `overloaded` when too many wait already.
   */
  verify(hash: string | undefined, password: string): Promise<boolean>
  /** True when the hash was made with other parameters than today's, so that the next login hashes anew. */
  isOutdated(hash: string): boolean
  /** Keeps the times of refusals from telling which hash was checked. */
  readonly pace: Pace
  /** Hashes under way, and those that wait for a thread. */
  load(): { readonly running: number; readonly waiting: number }
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
  const budget = memoryBudgetMib * 1024
  const slots = Math.max(1, Math.min(concurrency, Math.floor(budget / memoryKib)))
  const queue = openSlotQueue(slots, slots * waitingPerSlot)
  const foreignSlots = Math.max(1, Math.min(slots, Math.floor((budget * 1024) / mostMemory)))
  const foreignQueue = openSlotQueue(foreignSlots, foreignSlots * waitingPerSlot)
  const parameters = `$argon2id$v=19$m=${memoryKib},t=${passes},p=1$`
  const nobodysHash = `${parameters}${base64(16)}$${base64(32)}`
  const options = {
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: 1,
  }

  const check = (known: string, password: string): Promise<boolean> => {
    if (known.startsWith(parameters)) return queue.run(() => verify(known, password))
    const foreign = readForeignHash(known)
    if ('verify' in foreign) return foreignQueue.run(() => foreign.verify(password))
    return queue.run(async () => {
      await verify(nobodysHash, password)
      return false
    })
  }

  /** The second of two checks: the first may have to load something. */
  const measure = async (decoy: string): Promise<number> => {
    await check(decoy, 'nobody')
    const began = performance.now()
    await check(decoy, 'nobody')
    return performance.now() - began
  }
  const pace = openPace(measure)

  return {
    hash: password => queue.run(() => hash(password, options)),
    verify: async (known = noHash, password) => check(known, password),
    isOutdated: known => !known.startsWith(parameters),
    pace: {
      ...pace,
      hold: (since, { decoys, errand }) =>
        pace.hold(since, { decoys: [...decoys, nobodysHash], errand }),
    },
    load: () => {
      const [own, foreign] = [queue.load(), foreignQueue.load()]
      return {
        running: own.running + foreign.running,
        waiting: own.waiting + foreign.waiting,
      }
    },
    close: async () => {
      await Promise.all([queue.close(), foreignQueue.close()])
    },
  }
}
