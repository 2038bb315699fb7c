import type { Document } from 'bson'
import type { ChangeEvent, ChangeStream } from '../../documents/documents.ts'
import { type Candidates, openCandidates } from './candidates.ts'
import { type HubEvent, placeOf } from './hub-event.ts'
import type { Listener } from './reader.ts'

/** One stream of the engine for all readers of a collection. */
export type Hub = {
  readonly listeners: Candidates<Listener>
  /** Where the stream is: what is offered from now on comes behind it. */
  position(): string | undefined
  /** The engine's token of that place. */
  token(): Document | undefined
  /** True once it offers nothing any more. */
  isOver(): boolean
  close(): Promise<void>
}

export type HubOptions = {
  readonly stream: ChangeStream
  toEvent(raw: ChangeEvent): HubEvent
  /** Called once, before readers are told. */
  onEnd(): void
}

const sliceMs = 4

const breathe = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** True for events that are about the collection as a whole: its readers are all told. */
const isOfAll = ({ documentKey }: ChangeEvent): boolean => documentKey === undefined

/** The event as readers are placed by it: a deletion with the document that it is about. */
const placed = ({ whole: { event }, before }: HubEvent): Document =>
  before === undefined || event.fullDocument != null ? event : { ...event, fullDocument: before }

export const openHub = ({ stream, toEvent, onEnd }: HubOptions): Hub => {
  const listeners = openCandidates<Listener>()
  let isOver = false

  const offer = (raw: ChangeEvent): void => {
    const event = toEvent(raw)
    const those = isOfAll(raw) ? listeners.all() : listeners.of(placed(event))
    for (const listener of those) listener.offer(event)
  }

  const pump = async (): Promise<void> => {
    let since = performance.now()
    for await (const raw of stream) {
      if (listeners.size > 0) offer(raw)
      if (performance.now() - since < sliceMs) continue
      await breathe()
      since = performance.now()
    }
  }

  const over = (tell: (listener: Listener) => void): void => {
    isOver = true
    onEnd()
    for (const listener of listeners.all()) tell(listener)
  }

  pump().then(
    () => over(listener => listener.finish()),
    error => over(listener => listener.fail(error)),
  )

  return {
    listeners,
    position: () => placeOf(stream.resumeToken),
    token: () => stream.resumeToken,
    isOver: () => isOver,
    close: () => stream.close(),
  }
}
