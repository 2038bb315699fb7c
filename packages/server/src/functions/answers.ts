import { cellCount } from './cells.ts'
import type { Packed } from './messages.ts'

/**
 * Short results, written where the server finds them without a message for each: one message wakes it for several,
 * and a thread that is ended afterwards takes none of them along.
 */
export type Answers = {
  /** False when the result does not fit. */
  write(cell: number, value: Packed): boolean
  read(cell: number): Packed
}

const room = 1_024
/** Before the content: its kind, and its length in bytes. */
const headBytes = 8
const most = room - headBytes

const kinds = { undefined: 0, null: 1, true: 2, false: 3, number: 4, text: 5, bytes: 6 } as const

export const makeAnswerMemory = (): SharedArrayBuffer => new SharedArrayBuffer(cellCount * room)

const kindOf = (value: Packed): number => {
  if (value === undefined) return kinds.undefined
  if (value === null) return kinds.null
  if (typeof value === 'boolean') return value ? kinds.true : kinds.false
  if (typeof value === 'number') return kinds.number
  return typeof value === 'string' ? kinds.text : kinds.bytes
}

export const openAnswers = (memory: SharedArrayBuffer): Answers => {
  const head = new DataView(memory)
  const content = Buffer.from(memory)

  const writeContent = (at: number, value: Packed): number => {
    if (typeof value === 'number') {
      head.setFloat64(at, value)
      return 8
    }
    if (typeof value === 'string') return content.write(value, at, most)
    if (value instanceof Uint8Array) content.set(value, at)
    return value instanceof Uint8Array ? value.byteLength : 0
  }
  return {
    write: (cell, value) => {
      // A character takes three bytes at most.
      if (typeof value === 'string' && value.length * 3 > most) return false
      if (value instanceof Uint8Array && value.byteLength > most) return false
      const at = cell * room
      head.setUint32(at, kindOf(value))
      head.setUint32(at + 4, writeContent(at + headBytes, value))
      return true
    },
    read: cell => {
      const from = cell * room + headBytes
      const to = from + head.getUint32(cell * room + 4)
      switch (head.getUint32(cell * room)) {
        case kinds.null:
          return null
        case kinds.true:
          return true
        case kinds.false:
          return false
        case kinds.number:
          return head.getFloat64(from)
        case kinds.text:
          return content.toString('utf8', from, to)
        case kinds.bytes:
          return new Uint8Array(content.subarray(from, to))
        default:
          return undefined
      }
    },
  }
}
