import type { Answers } from '../answers.ts'
import { toRow } from '../call-row.ts'
import { type Cells, cellCount } from '../cells.ts'
import type { CallRow, Packed } from '../messages.ts'
import type { Task } from './task.ts'

/** The calls that one thread has, in the order in which it runs them. */
export type HeldCalls = {
  size(): number
  /** How many more there may be. */
  room(): number
  add(task: Task): CallRow
  get(call: number): Task | undefined
  remove(call: number): Task | undefined
  /** Calls that have left their results, with these. */
  takeLeft(): { readonly task: Task; readonly value: Packed }[]
  /** The call under way, and for how long it has been. */
  running(): { readonly call: number; readonly ranMs: number } | undefined
  /** Calls that were not started and will not be. */
  takeBack(): Task[]
  /** The same, when the next one should have been started long ago. To be asked again and again. */
  takeStuck(): Task[]
  /** Takes away a call under way, whose thread has to be ended then; `undefined` when it has just ended. */
  doom(call: number): Task | undefined
  /** Takes away all. */
  clear(): Task[]
}

type Held = { readonly task: Task; readonly cell: number }

/** A thread that has nothing under way starts its next call sooner, even on a busy machine. */
const startsWithinMs = 2_000

export const openHeldCalls = (cells: Cells, answers: Answers): HeldCalls => {
  const held = new Map<number, Held>()
  const free = Array.from({ length: cellCount }, (_, index) => index)
  let stuck: { readonly call: number | undefined; readonly since: number } = {
    call: undefined,
    since: 0,
  }

  const remove = (call: number): Task | undefined => {
    const one = held.get(call)
    if (one === undefined) return undefined
    held.delete(call)
    free.push(one.cell)
    return one.task
  }
  const takeBack = (): Task[] => {
    const tasks: Task[] = []
    for (const [call, { task, cell }] of held) {
      if (!cells.takeBack(cell, call)) continue
      remove(call)
      tasks.push(task)
    }
    return tasks
  }
  return {
    size: () => held.size,
    room: () => free.length,
    add: task => {
      const cell = free.pop()
      if (cell === undefined) throw new Error('the thread has as many calls as it may')
      const { call } = task.message
      cells.put(cell, call)
      held.set(call, { task, cell })
      return toRow(task.message, cell)
    },
    get: call => held.get(call)?.task,
    remove,
    takeLeft: () => {
      const found: { task: Task; value: Packed }[] = []
      for (const [call, { task, cell }] of held) {
        if (!cells.hasLeft(cell, call)) break
        found.push({ task, value: answers.read(cell) })
        remove(call)
      }
      return found
    },
    running: () => {
      const [first] = held
      if (first === undefined) return undefined
      const [call, { cell }] = first
      return cells.isRunning(cell, call) ? { call, ranMs: cells.ranMs(cell) } : undefined
    },
    takeBack,
    takeStuck: () => {
      const now = performance.now()
      const [next] = held.keys()
      if (next !== stuck.call) stuck = { call: next, since: now }
      return next !== undefined && now - stuck.since > startsWithinMs ? takeBack() : []
    },
    doom: call => {
      const one = held.get(call)
      return one !== undefined && cells.doom(one.cell, call) ? remove(call) : undefined
    },
    clear: () => {
      const tasks = [...held.values()].map(({ task }) => task)
      for (const call of [...held.keys()]) remove(call)
      return tasks
    },
  }
}
