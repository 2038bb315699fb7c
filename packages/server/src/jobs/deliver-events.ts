import type { Deps } from '../deps.ts'
import { randomHex } from '../security/random.ts'
import type { Delivery } from '../store/outbox.ts'
import { deliver } from '../triggers/deliver.ts'
import { moveEvents } from '../triggers/move-events.ts'
import type { Job } from './repeat.ts'

const leaseName = 'events'
/** What a crash costs at most before another server, or this one after its restart, goes on. */
const leaseMs = 15_000
const renewMs = 5_000
/** Most functions wait for something most of the time, and hold no thread then. */
const callsPerThread = 8
/** Users whose events are moved at once. */
const batch = 100

type Timing = {
  /** Milliseconds between two looks. Default 1,000; what this server wrote is seen at once. */
  readonly pollMs?: number
}

/** Sleeps that a kick ends; a kick while awake makes the next sleep none. */
const openAlarm = () => {
  let isKicked = false
  let wake = (): void => {}
  return {
    kick: (): void => {
      isKicked = true
      wake()
    },
    sleep: async (ms: number): Promise<void> => {
      if (!isKicked) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms).unref()
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      isKicked = false
    },
  }
}

/** The right to deliver, which one of any number of servers has. */
const openLease = ({ store, now }: Deps) => {
  const owner = randomHex(8)
  let renewedAt: number | undefined
  return {
    keep: async (): Promise<boolean> => {
      const at = now()
      if (renewedAt !== undefined && at - renewedAt < renewMs && at >= renewedAt) return true
      const request = { name: leaseName, owner, now: at, forMs: leaseMs }
      renewedAt = (await store.leases.acquire(request)) === undefined ? undefined : at
      return renewedAt !== undefined
    },
    release: async (): Promise<void> => {
      if (renewedAt === undefined) return
      renewedAt = undefined
      await store.leases.release(leaseName, owner, '')
    },
  }
}

/** Calls to the triggers' functions, a bounded number at a time. `onFree` when there is room for the next. */
const openLanes = (deps: Deps, onFree: () => void) => {
  const underWay = new Map<string, Promise<void>>()
  const lanes = deps.config.functionThreads * callsPerThread

  const carry = async (delivery: Delivery): Promise<void> => {
    try {
      await deliver(deps, delivery)
      underWay.delete(delivery.id)
      onFree()
    } catch (error) {
      underWay.delete(delivery.id)
      deps.log.error('an event could not be delivered', { trigger: delivery.trigger, err: error })
    }
  }
  return {
    isIdle: (): boolean => underWay.size === 0,
    fill: async (): Promise<void> => {
      if (underWay.size >= lanes) return
      // What ends while the store is asked is still in its answer.
      const busy = new Set(underWay.keys())
      const due = await deps.store.outbox.listDue(deps.now(), lanes + busy.size)
      const free = due.filter(({ id }) => !busy.has(id)).slice(0, lanes - underWay.size)
      for (const delivery of free) underWay.set(delivery.id, carry(delivery))
    },
    settled: (): Promise<unknown> => Promise.all(underWay.values()),
  }
}

const hasWork = async ({ store, now }: Deps): Promise<boolean> => {
  if ((await store.users.listWithEvents(1)).length > 0) return true
  return (await store.outbox.listDue(now(), 1)).length > 0
}

const moveAll = async (deps: Deps): Promise<void> => {
  for (;;) {
    const userIds = await deps.store.users.listWithEvents(batch)
    for (const userId of userIds) await moveEvents(deps, userId)
    if (userIds.length < batch) return
  }
}

const orAfter = (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise(resolve => {
    timer = setTimeout(resolve, ms)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

/**
 * Delivers the events of users to the triggers of their apps, as soon as this server writes one and otherwise every
 * second. One of all servers on a store does it. Stopping waits for the functions under way as long as for requests;
 * what they have not taken by then is delivered again.
 */
export const startDelivery = (deps: Deps, { pollMs = 1000 }: Timing = {}): Job => {
  const alarm = openAlarm()
  const lease = openLease(deps)
  const lanes = openLanes(deps, alarm.kick)
  let isStopped = false

  const work = async (): Promise<void> => {
    if (lanes.isIdle() && !(await hasWork(deps))) return
    if (!(await lease.keep())) return
    await moveAll(deps)
    await lanes.fill()
    if (lanes.isIdle()) await lease.release()
  }
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await work().catch(error => deps.log.error('events could not be delivered', { err: error }))
      if (!isStopped) await alarm.sleep(pollMs)
    }
  }
  deps.store.users.onEvents(alarm.kick)
  const running = run()

  return {
    stop: async () => {
      isStopped = true
      alarm.kick()
      await running
      await orAfter(lanes.settled(), deps.config.stopSeconds * 1000)
      await lease.release()
    },
  }
}
