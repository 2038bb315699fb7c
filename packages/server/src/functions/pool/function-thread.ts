import type { Worker } from 'node:worker_threads'
import {
  isOutOfMemory,
  measuredFromMs,
} from '../../documents/embedded/engine/threads/thread-memory.ts'
import type {
  CallRow,
  Failure,
  FromThread,
  ThreadApp,
  ThreadValues,
  ToThread,
} from '../messages.ts'
import { openVigil } from '../vigil.ts'
import {
  type CallLimits,
  type CallWatch,
  longMs,
  openCallWatch,
  quickMs,
  tookMemory,
} from './call-watch.ts'
import { type HeldCalls, openHeldCalls } from './held-calls.ts'
import { startThread } from './start-thread.ts'
import type { ServiceMessage, Task } from './task.ts'

export type ThreadState =
  | 'starting'
  | 'idle'
  | 'computing'
  /** Its call waits for something. */
  | 'waiting'
  /** Its call has computed for so long that others need not wait for it. */
  | 'long'
  | 'ended'

export type FunctionThread = {
  state(): ThreadState
  /** How many more calls it takes. */
  room(): number
  send(task: Task): void
  setValues(values: ThreadValues): void
  /** Ends what breaks a limit. Gives the calls that should not wait for the one under way. */
  look(): Task[]
  /** Takes no more calls, and ends after those it has. */
  retire(): void
  /** Ends it now, its calls too. */
  close(): Promise<void>
}

export type ThreadEvents = {
  /** It is ready, or a call ended or waits. Calls that it will not start are given back. */
  changed(returned: Task[]): void
  /** It is gone. `broken` says why when it could not even start. */
  ended(returned: Task[], broken: string | undefined): void
}

const endedItself: Failure = { problem: 'crashed', message: 'the function ended its thread' }
const stopped: Failure = { problem: 'crashed', message: 'the server stopped' }

/** What another call has left running does not end: the calls behind it are given back, and the thread goes. */
const giveUp = (held: HeldCalls, end: () => void): Task[] => {
  const stuck = held.takeStuck()
  if (stuck.length > 0 && held.size() === 0) end()
  return stuck
}

const isLong = (state: ThreadState, ranMs: number, watch: CallWatch): boolean =>
  state === 'computing' ? ranMs > longMs : state === 'waiting' && watch.hasComputedLong()

const failAll = (tasks: readonly Task[], failure: Failure): void => {
  for (const task of tasks) task.settle({ kind: 'failed', ...failure })
}

/** False when there were none. */
const settleLeft = (held: HeldCalls, after?: () => void): boolean => {
  const found = held.takeLeft()
  for (const { task, value } of found) {
    task.settle({ kind: 'done', call: task.message.call, value })
  }
  if (found.length > 0) after?.()
  return found.length > 0
}

const answer = async (
  worker: Worker,
  task: Task | undefined,
  message: ServiceMessage,
): Promise<void> => {
  const said = await task?.ask(message)
  if (said !== undefined) worker.postMessage(said)
}

/** Sends the calls of one turn of the event loop as one message. */
const openOutbox = (worker: Worker, after: () => void) => {
  let calls: CallRow[] = []
  return (row: CallRow): void => {
    if (calls.length === 0) {
      setImmediate(() => {
        worker.postMessage({ kind: 'calls', calls } satisfies ToThread)
        calls = []
        after()
      })
    }
    calls.push(row)
  }
}

/** One thread of an app. It runs its calls one after the other; one that has to be ended costs its thread. */
export const startFunctionThread = (
  app: ThreadApp,
  limits: CallLimits,
  events: ThreadEvents,
): FunctionThread => {
  const { worker, cells, answers } = startThread(app, limits.memoryMib)
  const held = openHeldCalls(cells, answers)
  const watch = openCallWatch(worker, limits)
  const sendCall = openOutbox(worker, () => vigil.begin())
  let state: ThreadState = 'starting'
  let isRetiring = false
  let task: number | undefined
  let error: Error | undefined

  const end = (): void => {
    state = 'ended'
    void worker.terminate()
  }
  /** After a call: the next one, or rest. */
  const goOn = (): void => {
    if (state === 'ended') return
    if (state === 'long') isRetiring = true
    if (held.size() === 0 && isRetiring) end()
    else state = held.size() === 0 ? 'idle' : 'computing'
  }
  const kill = (call: number, failure: Failure): void => {
    const doomed = held.doom(call)
    if (doomed === undefined) return
    end()
    failAll([doomed], failure)
    events.changed(held.takeBack())
  }
  const wait = (call: number): void => {
    if (held.get(call) === undefined || state !== 'computing') return
    state = 'waiting'
    watch.startCounting()
    events.changed(held.takeBack())
  }
  const receive = (message: FromThread): void => {
    settleLeft(held)
    if (message.kind === 'service') void answer(worker, held.get(message.call), message)
    else if (message.kind === 'waiting') wait(message.call)
    else {
      if (message.kind === 'ready') task = message.task
      if (message.kind === 'retire') isRetiring = true
      const ended = 'call' in message ? held.remove(message.call) : undefined
      const returned = isRetiring ? held.takeBack() : []
      goOn()
      if ('call' in message) ended?.settle(message)
      events.changed(returned)
    }
  }
  /** A result may also be left just when the vigil ends. */
  const lookForLeft = (): boolean => settleLeft(held, () => receive({ kind: 'left' }))
  const vigil = openVigil({
    look: lookForLeft,
    isExpecting: () => state === 'computing',
    tell: cells.watch,
  })

  worker.on('message', receive)
  worker.on('error', thrown => {
    error = thrown as Error
  })
  worker.on('exit', () => {
    settleLeft(held)
    const broken = state === 'starting' ? (error?.message ?? 'the thread ended') : undefined
    state = 'ended'
    const back = held.takeBack()
    failAll(held.clear(), isOutOfMemory(error) ? tookMemory(limits) : endedItself)
    events.ended(back, broken)
  })

  return {
    state: () => state,
    room: () => (isRetiring ? 0 : held.room()),
    send: one => {
      sendCall(held.add(one))
      if (state === 'idle') state = 'computing'
    },
    setValues: values => worker.postMessage({ kind: 'values', values } satisfies ToThread),
    look: () => {
      lookForLeft()
      const running = state === 'ended' ? undefined : held.running()
      if (running === undefined) return giveUp(held, end)
      const { call, ranMs } = running
      const failure = watch.overtime(ranMs)
      if (failure !== undefined) kill(call, failure)
      if (ranMs > measuredFromMs) watch.measure(reason => kill(call, reason))
      if (isLong(state, ranMs, watch)) {
        state = 'long'
        watch.giveWay(task)
      }
      return ranMs > quickMs ? held.takeBack() : []
    },
    retire: () => {
      isRetiring = true
      if (state === 'idle') end()
    },
    close: async () => {
      state = 'ended'
      failAll(held.clear(), stopped)
      await worker.terminate()
    },
  }
}
