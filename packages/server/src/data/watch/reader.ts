import type { Change, Changes } from './changes.ts'
import type { HubEvent } from './hub-event.ts'
import { checkLoad, isHeavy, nextTurn } from './load.ts'
import { openQueue, type Room } from './queue.ts'
import { after, type Soon } from './sight.ts'
import type { Standing } from './standing.ts'
import type { Wanted } from './wanted.ts'

/** Somebody who is offered the events of a hub. */
export type Listener = {
  offer(event: HubEvent): void
  /** Ends once what was offered is shown. */
  finish(): void
  /** Ends at once; what waits is dropped. */
  fail(error: unknown): void
}

/** Shows events in their order, each unless the rules or the reader's filter say otherwise. */
export type Reader = Listener & {
  readonly changes: Changes
  /** Asks the rules again when that was done longer than so many milliseconds ago. */
  renew(olderThanMs: number): Promise<void>
}

export type ReaderOptions = {
  readonly standing: Standing
  readonly wanted: Wanted
  readonly room: Room
  /** Asks the rules again. @throws what ends the reader */
  renew(): Promise<Standing>
  onRenewed(standing: Standing): void
  onEnd(): void
  /** What a reader is told of an error. */
  told(error: unknown): unknown
}

/** How old the answer of the rules may be by which an event is shown. */
const freshMs = 1_000
const looked = 500

export const openReader = (options: ReaderOptions): Reader => {
  const { wanted, room, onRenewed, onEnd, told } = options
  let { standing } = options
  let waiting: HubEvent[] = []
  let next = 0
  let isBusy = false
  let isLast = false

  const queue = openQueue(room, () => {
    waiting = []
    next = 0
    onEnd()
  })
  const fail = (error: unknown): void => queue.end(told(error))

  const look = (event: HubEvent): Soon<Change | undefined> =>
    after(standing.sight.see(event), seen => {
      if (seen === undefined) return undefined
      checkLoad(event, wanted)
      return wanted(seen.event) ? seen : undefined
    })

  const show = (change: Change | undefined, event: HubEvent): void => {
    if (change !== undefined) queue.push(change, change === event.whole)
  }

  const renew = async (olderThanMs: number): Promise<void> => {
    if (queue.isOver() || performance.now() - standing.since <= olderThanMs) return
    try {
      standing = await options.renew()
      if (!queue.isOver()) onRenewed(standing)
    } catch (error) {
      fail(error)
    }
  }

  const takeWaiting = (): HubEvent | undefined => {
    const event = waiting[next]
    if (event === undefined) return undefined
    next += 1
    if (next >= looked || next === waiting.length) {
      waiting = waiting.slice(next)
      next = 0
    }
    queue.spare(event.size)
    return event
  }

  /** Looks at what waits, after an answer that is on its way. */
  const drain = async (first?: () => Promise<void>): Promise<void> => {
    isBusy = true
    try {
      await first?.()
      for (;;) {
        const event = takeWaiting()
        if (event === undefined) break
        if (isHeavy(event, wanted)) await nextTurn()
        await renew(freshMs)
        if (!queue.isOver()) show(await look(event), event)
      }
    } catch (error) {
      fail(error)
    }
    isBusy = false
    if (isLast) queue.end()
  }

  const lookAtOnce = (event: HubEvent): void => {
    try {
      const seen = look(event)
      if (seen instanceof Promise) void drain(async () => show(await seen, event))
      else show(seen, event)
    } catch (error) {
      fail(error)
    }
  }

  return {
    changes: queue.changes,
    offer: event => {
      if (queue.isOver() || isLast) return
      const isFresh = performance.now() - standing.since <= freshMs
      if (!isBusy && isFresh && !isHeavy(event, wanted)) return lookAtOnce(event)
      waiting.push(event)
      queue.reserve(event.size)
      if (!isBusy) void drain()
    },
    finish: () => {
      isLast = true
      if (!isBusy) queue.end()
    },
    fail,
    renew,
  }
}
