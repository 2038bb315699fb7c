import type { Failure, ThreadApp, ThreadValues } from '../messages.ts'
import type { FunctionThread, ThreadState } from './function-thread.ts'
import type { Task } from './task.ts'

/** The threads of one deployment of an app, and its calls that wait for one. */
export type Lane = {
  readonly threads: Set<FunctionThread>
  app(): ThreadApp
  setValues(values: ThreadValues): void
  /** Calls that wait. */
  waiting(): number
  add(task: Task): void
  /** Puts calls back in front, which were not started after all. */
  putBack(tasks: readonly Task[]): void
  /** Gives the first call to the thread. */
  give(thread: FunctionThread): void
  /** A thread in that state which takes another call. */
  find(state: 'idle' | 'computing'): FunctionThread | undefined
  starting(): number
  /** Threads that take part in computing. */
  computing(): number
  /** Ends calls that have waited since before. */
  refuseBefore(since: number, failure: Failure): void
  refuseAll(failure: Failure): void
  retire(): void
  /** True when it was retired and nothing is left of it. */
  isOver(): boolean
}

const count = <Item>(items: Iterable<Item>, isCounted: (item: Item) => boolean): number => {
  let sum = 0
  for (const item of items) if (isCounted(item)) sum += 1
  return sum
}

const isComputing = (state: ThreadState): boolean => state === 'starting' || state === 'computing'

export const openLane = (first: ThreadApp): Lane => {
  const threads = new Set<FunctionThread>()
  let queue: Task[] = []
  let app = first
  let isRetired = false

  /** Threads of a lane that nobody will call go as soon as they have nothing to do. */
  const release = (): void => {
    if (isRetired && queue.length === 0) for (const thread of threads) thread.retire()
  }
  const refuse = (tasks: readonly Task[], failure: Failure): void => {
    for (const task of tasks) task.settle({ kind: 'failed', ...failure })
  }

  return {
    threads,
    app: () => app,
    setValues: values => {
      app = { ...app, values }
      for (const thread of threads) thread.setValues(values)
    },
    waiting: () => queue.length,
    add: task => {
      queue.push(task)
    },
    putBack: tasks => {
      if (tasks.length > 0) queue = [...tasks, ...queue]
    },
    give: thread => {
      const task = queue.shift()
      if (task !== undefined) thread.send(task)
      release()
    },
    find: state => {
      for (const thread of threads) {
        if (thread.state() === state && thread.room() > 0) return thread
      }
      return undefined
    },
    starting: () => count(threads, thread => thread.state() === 'starting'),
    computing: () => count(threads, thread => isComputing(thread.state())),
    refuseBefore: (since, failure) => {
      const late = queue.filter(task => task.since < since)
      if (late.length > 0) queue = queue.filter(task => task.since >= since)
      refuse(late, failure)
    },
    refuseAll: failure => refuse(queue.splice(0), failure),
    retire: () => {
      isRetired = true
      release()
    },
    isOver: () => isRetired && queue.length === 0 && threads.size === 0,
  }
}
