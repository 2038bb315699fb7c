import { readlinkSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { MessagePort } from 'node:worker_threads'
import { surelyTooMuch } from '../../documents/embedded/engine/threads/thread-memory.ts'
import { openAnswers } from '../answers.ts'
import { fromRow } from '../call-row.ts'
import { openCells } from '../cells.ts'
import type { CallMessage, FromThread, ThreadOptions, ToThread } from '../messages.ts'
import { openVigil } from '../vigil.ts'
import { limitBuiltins } from './builtin-limits.ts'
import { openRuntime } from './runtime.ts'
import { openServiceCalls } from './service-calls.ts'

/** Less than the threads that answer clients (Linux gives each thread its own priority). */
const niceness = 5
/** Memory that is left after so many calls is looked at. */
const callsBetweenLooks = 256
/** The server is woken for so many short results, or when there is nothing more to do. */
const wakeAfter = 16
/** Nothing that is kept by mistake is kept for ever. */
const mostCalls = 1_000_000
/** A thread that keeps more than this part of its memory is replaced by a new one. */
const keptAtMost = 0.6

const stepBack = (): number | undefined => {
  try {
    const task = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(task, Math.min(19, getPriority() + niceness))
    return task
  } catch {
    return undefined
  }
}

/** Runs calls one after the other, as the server sends them. */
export const serveCalls = (port: MessagePort, options: ThreadOptions): void => {
  const cells = openCells(options.cells)
  const inbox: CallMessage[] = []
  const send = (message: FromThread): void => port.postMessage(message)
  const services = openServiceCalls(send)
  limitBuiltins(options.memoryMib * 1_048_576 * surelyTooMuch)
  const runtime = openRuntime(options.app, services)
  const answers = openAnswers(options.answers)
  let current: CallMessage | undefined
  let isNoting = false
  let left = 0
  let calls = 0
  let hasNews = false
  const vigil = openVigil({
    look: () => {
      const was = hasNews
      hasNews = false
      return was
    },
    isExpecting: () => current === undefined,
  })

  const isFull = (): boolean => {
    calls += 1
    if (calls === mostCalls) return true
    if (calls % callsBetweenLooks !== 0) return false
    const { used_heap_size, external_memory } = getHeapStatistics()
    return used_heap_size + external_memory > options.memoryMib * 1_048_576 * keptAtMost
  }

  /** Whatever is under way when the queue of microtasks is empty waits for something. */
  const noteWaiting = (): void => {
    isNoting = false
    wake()
    if (current !== undefined) send({ kind: 'waiting', call: current.call })
  }
  const wake = (): void => {
    if (left > 0 && !cells.isWatched()) send({ kind: 'left' })
    left = 0
  }
  /** False when the server has given the call up, and this thread. */
  const give = ({ cell, call }: CallMessage, answer: FromThread): boolean => {
    const isShort = answer.kind === 'done' && !answer.lines && answers.write(cell, answer.value)
    if (isShort) {
      if (!cells.leave(cell, call)) return false
      left += 1
      if (left === wakeAfter) wake()
    } else {
      if (!cells.release(cell, call)) return false
      send(answer)
    }
    return true
  }

  const start = (message: CallMessage): void => {
    current = message
    if (!isNoting) setImmediate(noteWaiting)
    isNoting = true
    runtime.run(message, (answer, isClean) => {
      if (!give(message, answer)) return
      if (!isClean || isFull()) {
        wake()
        send({ kind: 'retire' })
        return
      }
      current = undefined
      next()
    })
  }

  const next = (): void => {
    while (current === undefined) {
      const message = inbox.shift()
      if (message === undefined) {
        wake()
        vigil.begin()
        return
      }
      if (cells.claim(message.cell, message.call)) start(message)
    }
  }

  port.on('message', (message: ToThread) => {
    hasNews = true
    if (message.kind === 'calls') {
      for (const row of message.calls) inbox.push(fromRow(row))
      next()
    } else if (message.kind === 'values') runtime.setValues(message.values)
    else services.settle(message)
  })
  send({ kind: 'ready', task: stepBack() })
}
