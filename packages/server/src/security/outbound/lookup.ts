import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { refusedAddress } from '../outbound-error.ts'

type Answer = (error: Error | null, addresses: readonly LookupAddress[]) => void

/** Finds the addresses of a name, all of them. */
export type Resolve = (hostname: string, answer: Answer) => void

/**
 * The system's way of resolving, each name once for all who wait.
 *
 * @param mostAtATime each takes one of two threads that the system's resolving has, for as long as a slow name
 * server likes
 */
export const openResolve = (mostAtATime = 2): Resolve => {
  const waiting = new Map<string, Answer[]>()
  const queue: string[] = []
  let running = 0

  const next = (): void => {
    const hostname = running < mostAtATime ? queue.shift() : undefined
    if (hostname === undefined) return
    running += 1
    lookup(hostname, { all: true }, (error, addresses) => {
      running -= 1
      const answers = waiting.get(hostname) ?? []
      waiting.delete(hostname)
      for (const answer of answers) answer(error, addresses ?? [])
      next()
    })
  }
  return (hostname, answer) => {
    const others = waiting.get(hostname)
    if (others) others.push(answer)
    else {
      waiting.set(hostname, [answer])
      queue.push(hostname)
      next()
    }
  }
}

/**
 * Gives a connection only addresses that may be asked. It is asked once for each connection, which goes to what
 * was checked: a name whose answer changes between two questions gains nothing.
 */
export const checkedLookup =
  (resolve: Resolve, mayAsk: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      const allowed = addresses.filter(({ address }) => mayAsk(address))
      const [first] = allowed
      if (error) callback(error, '')
      else if (!first) callback(refusedAddress(hostname), '')
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
