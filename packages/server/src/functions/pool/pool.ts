import type { Failure, ThreadApp } from '../messages.ts'
import { type FunctionThread, startFunctionThread } from './function-thread.ts'
import { type Lane, openLane } from './lane.ts'
import { openOpenFiles } from './open-files.ts'
import type { Task } from './task.ts'

export type Pool = {
  /** A deployment's share of the pool, used until it is retired. */
  openLane(app: ThreadApp): Lane
  /** Settles the call at some time. */
  add(lane: Lane, task: Task): void
  /** Calls that wait for a thread. */
  waiting(): number
  close(): Promise<void>
}

export type PoolOptions = {
  /** Threads that compute at the same time. */
  readonly maxComputing: number
  readonly callMs: number
  readonly memoryMib: number
  /** Told when a thread cannot even start. */
  readonly onBroken: (why: string) => void
}

/** Threads in all: those whose calls wait for something, too. */
const maxThreads = 32
/** Calls wait so long for a thread at most. */
const longestWaitMs = 30_000
const lookEveryMs = 10
/** A thread that nobody needs goes. */
const idleMs = 30_000

const waitedTooLong: Failure = {
  problem: 'overloaded',
  message: 'too many functions are running, try again later',
}
const unusable: Failure = { problem: 'crashed', message: 'functions cannot be run' }

const stopped: Failure = { problem: 'crashed', message: 'the server stopped' }

const sum = (lanes: Iterable<Lane>, of: (lane: Lane) => number): number => {
  let all = 0
  for (const lane of lanes) all += of(lane)
  return all
}

/** Ends threads that have rested for long. */
const openDismissal = () => {
  let resting = new Map<FunctionThread, number>()
  return (threads: readonly FunctionThread[], now: number): void => {
    const idle = threads.filter(thread => thread.state() === 'idle')
    resting = new Map(idle.map(thread => [thread, resting.get(thread) ?? now]))
    for (const [thread, since] of resting) if (now - since >= idleMs) thread.retire()
  }
}

/** Looks again and again: often while something is under way (`look` says so), else now and then. */
const openLooks = (look: () => boolean) => {
  let timer: NodeJS.Timeout | undefined
  let isOften = false
  const stop = (): void => {
    clearInterval(timer)
    isOften = false
  }
  const tick = (): void => {
    if (look()) return
    stop()
    timer = setInterval(tick, idleMs).unref()
  }
  return {
    stop,
    often: () => {
      if (isOften) return
      stop()
      isOften = true
      timer = setInterval(tick, lookEveryMs)
    },
  }
}

/** Shares a bounded number of threads among the apps, in turn. */
export const openPool = (options: PoolOptions): Pool => {
  const { maxComputing } = options
  const lanes = new Set<Lane>()
  const dismiss = openDismissal()
  let isClosed = false

  const waiting = (): number => sum(lanes, lane => lane.waiting())
  const computing = (): number => sum(lanes, lane => lane.computing())
  const allThreads = (): FunctionThread[] => [...lanes].flatMap(({ threads }) => [...threads])

  const start = (lane: Lane): void => {
    const thread = startFunctionThread(lane.app(), options, {
      changed: returned => {
        lane.putBack(returned)
        schedule()
      },
      ended: (returned, broken) => {
        lane.threads.delete(thread)
        lane.putBack(returned)
        if (broken !== undefined && !isClosed) {
          options.onBroken(broken)
          lane.refuseAll(unusable)
        }
        schedule()
      },
    })
    lane.threads.add(thread)
  }

  /** Makes room for a thread by ending one of another app that rests. */
  const evict = (): void => {
    for (const lane of lanes) {
      const idle = lane.find('idle')
      if (idle === undefined) continue
      idle.retire()
      return
    }
  }

  const grow = (lane: Lane): void => {
    if (lane.starting() >= lane.waiting() || computing() >= maxComputing) return
    if (sum(lanes, ({ threads }) => threads.size) < maxThreads) start(lane)
    else evict()
  }

  /** Gives one call of the lane to a thread. False when it has to wait. */
  const serve = (lane: Lane, isAlone: boolean): boolean => {
    const idle = computing() < maxComputing ? lane.find('idle') : undefined
    const thread = idle ?? (isAlone ? lane.find('computing') : undefined)
    if (thread === undefined) grow(lane)
    else lane.give(thread)
    return thread !== undefined
  }

  const isAnyWaiting = (): boolean => {
    for (const lane of lanes) if (lane.waiting() > 0) return true
    return false
  }

  const schedule = (): void => {
    for (let isMoving = !isClosed; isMoving && isAnyWaiting(); ) {
      isMoving = false
      const hungry = [...lanes].filter(lane => lane.waiting() > 0)
      for (const lane of hungry) {
        if (!serve(lane, hungry.length === 1)) continue
        isMoving = true
        // Whoever was served stands behind the others.
        lanes.delete(lane)
        lanes.add(lane)
      }
    }
  }

  /** What functions have opened and forgotten is closed with their threads. */
  const files = openOpenFiles(() => {
    for (const thread of allThreads()) thread.retire()
  })

  const looks = openLooks((): boolean => {
    const now = performance.now()
    files.look(now)
    for (const lane of lanes) {
      for (const thread of lane.threads) lane.putBack(thread.look())
      lane.refuseBefore(now - longestWaitMs, waitedTooLong)
      if (lane.isOver()) lanes.delete(lane)
    }
    schedule()
    const threads = allThreads()
    dismiss(threads, now)
    return waiting() > 0 || threads.some(thread => thread.state() !== 'idle')
  })

  return {
    openLane: app => {
      const lane = openLane(app)
      lanes.add(lane)
      return lane
    },
    add: (lane, task) => {
      lanes.add(lane)
      lane.add(task)
      looks.often()
      schedule()
    },
    waiting,
    close: async () => {
      isClosed = true
      looks.stop()
      for (const lane of lanes) lane.refuseAll(stopped)
      await Promise.all(allThreads().map(thread => thread.close()))
    },
  }
}
