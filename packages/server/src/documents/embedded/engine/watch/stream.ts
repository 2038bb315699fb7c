import type { Document } from 'bson'
import { toChangeStream } from '../../../change-stream.ts'
import type { ChangeEvent, ChangeStream, WatchOptions } from '../../../documents.ts'
import { DocumentsError } from '../../../error.ts'
import { fromBytesPromoted } from '../../values/bytes.ts'
import { type Decode, splitDocuments } from '../decode.ts'
import type { Engine, Place } from '../engine.ts'
import type { ChangeLog } from './log.ts'
import { type LogPlace, readToken, toToken } from './token.ts'

const allowedStages: ReadonlySet<string> = new Set([
  '$match',
  '$project',
  '$addFields',
  '$set',
  '$unset',
  '$replaceRoot',
  '$replaceWith',
  '$redact',
])

const checkPipeline = (pipeline: readonly Document[]): void => {
  for (const name of pipeline.flatMap(stage => Object.keys(stage))) {
    if (allowedStages.has(name)) continue
    throw new DocumentsError('BadValue', `${name} is not permitted in a change stream`)
  }
}

const startOf = (changeLog: ChangeLog, resumeAfter: Document | undefined): LogPlace => {
  const now = changeLog.place()
  if (now === undefined) {
    throw new DocumentsError('CommandNotSupported', 'watch needs a store that keeps a change log')
  }
  return resumeAfter === undefined ? now : readToken(resumeAfter)
}

type Source = {
  readonly engine: Engine
  readonly changeLog: ChangeLog
  readonly place: Place
  readonly decode: Decode
}

type Batch = {
  readonly events: readonly { readonly sequence: number; readonly event: ChangeEvent }[]
  readonly last: number
}

const openRead =
  ({ engine, place, decode }: Source, options: WatchOptions, log: string) =>
  async (after: number): Promise<Batch> => {
    const { documents, count } = await engine.read('changes', place, {
      arguments: {
        log,
        after,
        pipeline: options.pipeline ?? [],
        updateLookup: options.fullDocument === 'updateLookup',
        before: options.fullDocumentBeforeChange === 'whenAvailable',
      },
    })
    const events = splitDocuments(documents).map(bytes => ({
      sequence: fromBytesPromoted(bytes).sequence as number,
      event: decode(bytes).event as ChangeEvent,
    }))
    return { events, last: count }
  }

/**
 * The log is one for all collections. A stream that finds nothing of its own in it looks less often, so that many quiet
 * streams do not read what few busy ones are for.
 */
const slowerByMs = 5
const slowestMs = 50
/** So much at once is read only by who has to catch up, which nothing slows down. */
const farBehind = 500

const pause = (ms: number): Promise<void> =>
  new Promise(resolve => {
    setTimeout(resolve, ms).unref()
  })

/** Opens a stream behind the last change, or behind the change of the token. */
export const openChangeStream = async (
  source: Source,
  options: WatchOptions = {},
): Promise<ChangeStream> => {
  const { changeLog } = source
  checkPipeline(options.pipeline ?? [])
  const { log, sequence } = startOf(changeLog, options.resumeAfter)
  const readBatch = openRead(source, options, log)
  let seen = sequence
  let read = sequence
  let isClosed = false
  let ready: Batch['events'][number][] = []

  const isOver = (): boolean => isClosed || changeLog.signal.isClosed()

  const fill = async (): Promise<void> => {
    const batch = await readBatch(read).catch(error => {
      if (isOver()) return undefined
      throw error
    })
    if (batch === undefined) return
    const { events, last } = batch
    read = last
    ready.push(...events)
    if (events.length === 0) seen = last
  }

  const take = async (): Promise<IteratorResult<ChangeEvent>> => {
    let fruitless = 0
    while (!isOver() && ready.length === 0) {
      const changed = changeLog.signal.next()
      const before = read
      await fill()
      if (ready.length > 0 || isOver()) break
      if (read === before) await changed
      else if (read - before < farBehind) fruitless += 1
      if (fruitless > 1) await pause(Math.min(slowestMs, fruitless * slowerByMs))
    }
    const next = isOver() ? undefined : ready.shift()
    if (next === undefined) return { done: true, value: undefined }
    seen = next.sequence
    if (next.event.operationType === 'invalidate') isClosed = true
    return { done: false, value: next.event }
  }

  const close = async (): Promise<void> => {
    isClosed = true
    ready = []
    changeLog.signal.notify()
  }

  // Reads once, so that a pipeline that cannot be run or a token of the past is refused here.
  await fill()

  return toChangeStream({ resumeToken: () => toToken({ log, sequence: seen }), take, close })
}
