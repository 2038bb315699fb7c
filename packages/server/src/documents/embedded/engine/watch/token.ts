import type { Document } from 'bson'
import { DocumentsError } from '../../../error.ts'

/** A place in one file's change log. */
export type LogPlace = {
  /** Sixteen hex digits that tell this log from every other. */
  readonly log: string
  readonly sequence: number
}

const sequenceDigits = 16

/** The resume token that clients keep: MongoDB's shape, contents of our own. */
export const toToken = ({ log, sequence }: LogPlace): Document => ({
  _data: log + sequence.toString(16).padStart(sequenceDigits, '0'),
})

/** @throws `BadValue` for what is no token of this engine. */
export const readToken = (token: Document): LogPlace => {
  const data: unknown = token._data
  if (typeof data !== 'string' || !/^[0-9a-f]{32}$/.test(data)) {
    throw new DocumentsError('BadValue', 'Bad resume token: it was not made by this engine')
  }
  return { log: data.slice(0, -sequenceDigits), sequence: Number.parseInt(data.slice(16), 16) }
}
