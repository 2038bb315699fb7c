import type { ThreadApp, ThreadValues } from '../messages.ts'
import { type FunctionThread, startFunctionThread, type Task } from './function-thread.ts'

/** The threads of one deployment of an app, and the calls that wait for one. */
export type Lane = {
  /** Settles the task at some time; a lane that is closed goes on until it has none left. */
  add(task: Task): void
  setValues(values: ThreadValues): void
  /** Its threads end when they have nothing to do. */
  retire(): void
}

export type Pool = {
  openLane(app: ThreadApp): Lane
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

/** Threads in all: those that wait for something, too. */
const maxThreads = 32
/** Calls wait so long for a thread at most. */
const longestWaitMs = 30_000
const lookEveryMs = 10
/** A thread that nobody needs goes. */
const idleMs = 30_000

type OpenLane = Lane & {
  readonly queue: Task[]
  readonly threads: Set<FunctionThread>
  app: ThreadApp
  isRetired: boolean
}

const tooLong = {
  kind: 'failed',
  problem: 'overloaded',
  message: 'too many functions are running, try again later',
} as const

/** Shares a bounded number of threads among the apps. */
export const openPool = (options: PoolOptions): Pool => {
  const { maxComputing, callMs, memoryMib, onBroken } = options
  const lanes = new Set<OpenLane>()
  const restingSince = new Map<FunctionThread, number>()
  let alive = 0
  let waiting = 0
  let looks: NodeJS.Timeout | undefined
  let isClosed = false

  const all = (): FunctionThread[] => [...lanes].flatMap(({ threads }) => [...threads])

  const computing = (): number => {
    let count = 0
    for (const { threads } of lanes) {
      for (const thread of threads) {
        const state = thread.state()
        if (state === 'computing' || state === 'starting') count += 1
      }
    }
    return count
  }

  const start = (lane: OpenLane): void => {
    alive += 1
    const thread = startFunctionThread(
      lane.app,
      { callMs, memoryMib },
      {
        changed: schedule,
        ended: (ended, tasks, broken) => {
          alive -= 1
          lane.threads.delete(ended)
          restingSince.delete(ended)
          if (broken === undefined) putBack(lane, tasks)
          else fail(lane, broken)
          forget(lane)
          schedule()
        },
      },
    )
    lane.threads.add(thread)
  }

  /** A thread that cannot start will not start the next time either. */
  const fail = (lane: OpenLane, why: string): void => {
    if (isClosed) return
    onBroken(why)
    for (const task of lane.queue.splice(0)) {
      waiting -= 1
      task.settle({ kind: 'failed', problem: 'crashed', message: 'functions cannot be run' })
    }
  }

  const putBack = (lane: OpenLane, tasks: readonly Task[]): void => {
    lane.queue.unshift(...tasks)
    waiting += tasks.length
  }

  const forget = (lane: OpenLane): void => {
    if (!lane.isRetired || lane.queue.length > 0) return
    for (const thread of lane.threads) thread.retire()
    if (lane.threads.size === 0) lanes.delete(lane)
  }

  const give = (lane: OpenLane, thread: FunctionThread, most: number): void => {
    const tasks = lane.queue.splice(0, Math.min(most, thread.room()))
    waiting -= tasks.length
    restingSince.delete(thread)
    thread.send(tasks)
  }

  const find = (lane: OpenLane, state: 'idle' | 'computing'): FunctionThread | undefined => {
    for (const thread of lane.threads) {
      if (thread.state() === state && thread.room() > 0) return thread
    }
    return undefined
  }

  /** Makes room for a thread by ending one of another app that rests. */
  const evict = (lane: OpenLane): void => {
    for (const other of lanes) {
      const idle = other === lane ? undefined : find(other, 'idle')
      if (idle !== undefined) return idle.retire()
    }
  }

  const grow = (lane: OpenLane): void => {
    let starting = 0
    for (const thread of lane.threads) if (thread.state() === 'starting') starting += 1
    if (starting >= lane.queue.length || computing() >= maxComputing) return
    if (alive < maxThreads) start(lane)
    else evict(lane)
  }

  /** Gives the lane's calls to threads, a call at a time while other apps wait. */
  const serve = (lane: OpenLane, isAlone: boolean): boolean => {
    if (lane.queue.length === 0) return false
    const idle = computing() < maxComputing ? find(lane, 'idle') : undefined
    if (idle !== undefined) {
      give(lane, idle, 1)
      return true
    }
    const busy = isAlone ? find(lane, 'computing') : undefined
    if (busy !== undefined) {
      give(lane, busy, 1)
      return true
    }
    grow(lane)
    return false
  }

  const schedule = (): void => {
    if (isClosed) return
    watch()
    let isMoving = waiting > 0
    while (isMoving) {
      isMoving = false
      const hungry = [...lanes].filter(({ queue }) => queue.length > 0)
      for (const lane of hungry) {
        if (!serve(lane, hungry.length === 1)) continue
        isMoving = true
        // Whoever was served stands behind the others.
        lanes.delete(lane)
        lanes.add(lane)
      }
    }
  }

  const refuseLate = (lane: OpenLane, now: number): void => {
    while (lane.queue[0] !== undefined && now - lane.queue[0].since > longestWaitMs) {
      waiting -= 1
      lane.queue.shift()?.settle(tooLong)
    }
  }

  const look = (): void => {
    const now = performance.now()
    for (const lane of lanes) {
      for (const thread of lane.threads) if (thread.look()) putBack(lane, thread.takeBack())
      refuseLate(lane, now)
      forget(lane)
    }
    schedule()
    dismiss(now)
  }

  const dismiss = (now: number): void => {
    const threads = all()
    for (const thread of threads) {
      if (thread.state() !== 'idle') restingSince.delete(thread)
      else if (!restingSince.has(thread)) restingSince.set(thread, now)
    }
    for (const [thread, since] of restingSince) if (now - since > idleMs) thread.retire()
    if (waiting === 0 && threads.every(thread => thread.state() === 'idle')) sleep(threads.length)
  }

  const watch = (): void => {
    if (looks !== undefined || isClosed) return
    looks = setInterval(look, lookEveryMs)
  }

  /** With nothing under way, threads that rest are looked at rarely. */
  const sleep = (threads: number): void => {
    clearInterval(looks)
    looks = undefined
    if (threads > 0) setTimeout(look, idleMs).unref()
  }

  const openLane = (app: ThreadApp): Lane => {
    const lane: OpenLane = {
      app,
      queue: [],
      threads: new Set(),
      isRetired: false,
      add: task => {
        lanes.add(lane)
        lane.queue.push(task)
        waiting += 1
        schedule()
      },
      setValues: values => {
        lane.app = { ...lane.app, values }
        for (const thread of lane.threads) thread.setValues(values)
      },
      retire: () => {
        lane.isRetired = true
        forget(lane)
      },
    }
    lanes.add(lane)
    return lane
  }

  return {
    openLane,
    waiting: () => waiting,
    close: async () => {
      isClosed = true
      clearInterval(looks)
      await Promise.all(all().map(thread => thread.close()))
    },
  }
}
