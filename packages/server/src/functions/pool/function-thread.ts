import { setPriority } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { cellCount, makeCellMemory, openCells } from '../cells.ts'
import type {
  CallMessage,
  Failure,
  FromThread,
  Lines,
  ThreadApp,
  ThreadValues,
  ToThread,
} from '../messages.ts'
import { startThread } from './start-thread.ts'

export type Outcome = Extract<FromThread, { kind: 'done' | 'failed' }>

/** A call on its way. */
export type Task = {
  readonly message: Omit<CallMessage, 'cell'>
  /** When it came, in milliseconds of the process. */
  readonly since: number
  settle(outcome: Outcome | ({ readonly kind: 'failed'; readonly lines?: Lines } & Failure)): void
  ask(request: ServiceMessage): Promise<ToThread>
}

export type ServiceMessage = Extract<FromThread, { kind: 'service' }>

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
  send(tasks: readonly Task[]): void
  setValues(values: ThreadValues): void
  /** Calls that it has not started and will not start. */
  takeBack(): Task[]
  /** Ends what broke a limit; gives true when others should not wait behind its call. */
  look(): boolean
  /** Takes no more calls, and ends after those it has. */
  retire(): void
  /** Ends it now, its calls too. */
  close(): Promise<void>
}

export type ThreadEvents = {
  /** It is ready, or a call ended or waits. */
  changed(thread: FunctionThread): void
  /** It is gone; the calls were not started. */
  ended(thread: FunctionThread, tasks: Task[], why: string | undefined): void
}

export type ThreadLimits = {
  readonly callMs: number
  readonly memoryMib: number
}

type Held = { readonly task: Task; readonly cell: number }

/** A call that computes longer gives way to others, on the processor too (Linux). */
const longMs = 200
const longNiceness = 15
/** Others do not wait behind a call that takes longer. */
const quickMs = 8
/** The memory of a call is looked at from then on. */
const memoryFromMs = 15

const timedOut = ({ callMs }: ThreadLimits): Failure => ({
  problem: 'timeout',
  message: `the function took longer than ${callMs / 1000} seconds`,
})
const tookMemory = ({ memoryMib }: ThreadLimits): Failure => ({
  problem: 'crashed',
  message: `the function took more than ${memoryMib} MiB of memory`,
})
const endedItself: Failure = { problem: 'crashed', message: 'the function ended its thread' }
const stopped: Failure = { problem: 'crashed', message: 'the server stopped' }

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

/** One thread of an app. It runs its calls one after the other; one that has to be ended costs its thread. */
export const startFunctionThread = (
  app: ThreadApp,
  limits: ThreadLimits,
  events: ThreadEvents,
): FunctionThread => {
  const memory = makeCellMemory()
  const cells = openCells(memory)
  const worker: Worker = startThread({ app, cells: memory, memoryMib: limits.memoryMib })
  const held = new Map<number, Held>()
  const free = Array.from({ length: cellCount }, (_, index) => index)
  let outbox: CallMessage[] = []
  let state: ThreadState = 'starting'
  let isRetiring = false
  let isMeasuring = false
  let activeBefore = 0
  let task: number | undefined
  let why: string | undefined

  const post = (message: ToThread): void => worker.postMessage(message)

  const flush = (): void => {
    if (outbox.length === 0) return
    const calls = outbox
    outbox = []
    post({ kind: 'calls', calls })
  }

  const drop = (call: number): Held | undefined => {
    const one = held.get(call)
    if (one === undefined) return undefined
    held.delete(call)
    free.push(one.cell)
    return one
  }

  const head = (): Held | undefined => held.values().next().value

  /** After the last call: rest, or end. */
  const rest = (): void => {
    if (state === 'long') isRetiring = true
    if (held.size > 0) {
      state = 'computing'
      return
    }
    state = 'idle'
    if (isRetiring) end()
  }

  const takeBack = (): Task[] => {
    const tasks: Task[] = []
    for (const [call, { task, cell }] of held) {
      if (!cells.takeBack(cell, call)) continue
      drop(call)
      tasks.push(task)
    }
    const back = new Set(tasks.map(({ message }) => message.call))
    outbox = outbox.filter(({ call }) => !back.has(call))
    return tasks
  }

  const end = (): void => {
    if (state === 'ended') return
    state = 'ended'
    void worker.terminate()
  }

  /** Ends the call under way, and the thread with it. */
  const kill = (call: number, failure: Failure): void => {
    const one = held.get(call)
    if (one === undefined || !cells.doom(one.cell, call)) return
    drop(call)
    end()
    one.task.settle({ kind: 'failed', ...failure })
    events.changed(self)
  }

  const answer = async (message: ServiceMessage): Promise<void> => {
    const one = held.get(message.call)
    if (one === undefined) return
    const said = await one.task.ask(message)
    if (state !== 'ended') post(said)
  }

  const receive = (message: FromThread): void => {
    if (message.kind === 'ready') {
      task = message.task
      if (state === 'starting') rest()
    } else if (message.kind === 'done' || message.kind === 'failed') {
      const one = drop(message.call)
      if (one === undefined) return
      rest()
      one.task.settle(message)
    } else if (message.kind === 'service') {
      void answer(message)
      return
    } else if (message.kind === 'retire') {
      self.retire()
    } else if (held.has(message.call) && state === 'computing') {
      state = 'waiting'
      activeBefore = worker.performance.eventLoopUtilization().active
    }
    events.changed(self)
  }

  const measure = async (call: number): Promise<void> => {
    isMeasuring = true
    try {
      const { used_heap_size, external_memory } = await worker.getHeapStatistics()
      const used = used_heap_size + external_memory
      if (used > limits.memoryMib * 1_048_576) kill(call, tookMemory(limits))
    } catch {
      // It has ended meanwhile.
    } finally {
      isMeasuring = false
    }
  }

  const giveWay = (): void => {
    state = 'long'
    try {
      if (task !== undefined) setPriority(task, longNiceness)
    } catch {
      // It goes on as it was.
    }
  }

  /** True when the call has computed for long since it waited. */
  const isBusy = (): boolean =>
    worker.performance.eventLoopUtilization().active - activeBefore > longMs

  const look = (): boolean => {
    const one = head()
    if (one === undefined || state === 'ended') return false
    const { call } = one.task.message
    if (!cells.isRunning(one.cell, call)) return false
    const ranMs = cells.ranMs(one.cell)
    if (ranMs >= limits.callMs) {
      kill(call, timedOut(limits))
      return true
    }
    if (ranMs > memoryFromMs && !isMeasuring) void measure(call)
    if (state === 'computing' && ranMs > longMs) giveWay()
    else if (state === 'waiting' && isBusy()) giveWay()
    return state !== 'computing' || ranMs > quickMs
  }

  const finish = (): void => {
    const wasReady = state !== 'starting'
    state = 'ended'
    const back = takeBack()
    const failure = why === tookMemory(limits).message ? tookMemory(limits) : endedItself
    for (const call of [...held.keys()]) drop(call)?.task.settle({ kind: 'failed', ...failure })
    events.ended(self, back, wasReady ? undefined : (why ?? 'the thread ended'))
  }

  worker.on('message', receive)
  worker.on('error', error => {
    why = isOutOfMemory(error) ? tookMemory(limits).message : error.message
  })
  worker.on('exit', finish)

  const self: FunctionThread = {
    state: () => state,
    room: () => (isRetiring || state === 'ended' || state === 'starting' ? 0 : free.length),
    send: tasks => {
      for (const one of tasks) {
        const cell = free.pop() as number
        const { call } = one.message
        cells.put(cell, call)
        held.set(call, { task: one, cell })
        if (outbox.length === 0) setImmediate(flush)
        outbox.push({ ...one.message, cell })
      }
      if (state === 'idle') state = 'computing'
    },
    setValues: values => post({ kind: 'values', values }),
    takeBack,
    look,
    retire: () => {
      isRetiring = true
      if (state === 'idle') end()
    },
    close: async () => {
      state = 'ended'
      for (const call of [...held.keys()]) drop(call)?.task.settle({ kind: 'failed', ...stopped })
      await worker.terminate()
    },
  }
  return self
}
