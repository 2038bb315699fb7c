/**
 * Who has a call, told in memory that both sides see, because a thread in an endless loop reads no messages: the
 * thread claims a call before it starts it, and gives it up when it ends; the server takes back what was not
 * claimed, and dooms what was. Each happens once.
 */
export type Cells = {
  /** The server's: puts a call there. */
  put(cell: number, call: number): void
  /** The thread's: true when the call is its own to start. */
  claim(cell: number, call: number): boolean
  /** The thread's: true when the call may be answered, false when the server has given it up. */
  release(cell: number, call: number): boolean
  /** The thread's: `release`, with the result left in the cell. */
  leave(cell: number, call: number): boolean
  /** The server's: true when the call has left a result there. */
  hasLeft(cell: number, call: number): boolean
  /** The server's: true when the call was not started and will not be. */
  takeBack(cell: number, call: number): boolean
  /** The server's: true when the call was under way; its thread has to be ended then. */
  doom(cell: number, call: number): boolean
  isRunning(cell: number, call: number): boolean
  /** For how long the call has been under way, in milliseconds. */
  ranMs(cell: number): number
  /** The server's: says whether it looks for results that were left without being told of them. */
  watch(isWatching: boolean): void
  isWatched(): boolean
}

/** Calls that one thread may hold. */
export const cellCount = 16

const queued = 0
const running = 1
const ended = 2
const gone = 3
const left = 4

/** A number comes again after 2^28 calls: none waits that long. */
const toValue = (call: number, state: number): number => ((call & 0xfffffff) << 3) | state

/** The same on all threads. */
const nowMs = (): number => Number(process.hrtime.bigint() / 1_000_000n) | 0

export const makeCellMemory = (): SharedArrayBuffer =>
  new SharedArrayBuffer((cellCount * 2 + 1) * 4)

export const openCells = (memory: SharedArrayBuffer): Cells => {
  const states = new Int32Array(memory, 0, cellCount)
  const begun = new Int32Array(memory, cellCount * 4, cellCount)
  const watched = new Int32Array(memory, cellCount * 8, 1)
  const change = (cell: number, call: number, from: number, to: number): boolean => {
    const before = toValue(call, from)
    return Atomics.compareExchange(states, cell, before, toValue(call, to)) === before
  }
  return {
    put: (cell, call) => {
      Atomics.store(states, cell, toValue(call, queued))
    },
    claim: (cell, call) => {
      Atomics.store(begun, cell, nowMs())
      return change(cell, call, queued, running)
    },
    release: (cell, call) => change(cell, call, running, ended),
    leave: (cell, call) => change(cell, call, running, left),
    hasLeft: (cell, call) => Atomics.load(states, cell) === toValue(call, left),
    takeBack: (cell, call) => change(cell, call, queued, gone),
    doom: (cell, call) => change(cell, call, running, gone),
    isRunning: (cell, call) => Atomics.load(states, cell) === toValue(call, running),
    ranMs: cell => (nowMs() - Atomics.load(begun, cell)) | 0,
    watch: isWatching => {
      Atomics.store(watched, 0, Number(isWatching))
    },
    isWatched: () => Atomics.load(watched, 0) === 1,
  }
}
