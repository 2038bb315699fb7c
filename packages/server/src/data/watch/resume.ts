import type { ChangeEvent, ChangeStream } from '../../documents/documents.ts'
import { AppError } from '../../errors.ts'
import { type HubEvent, placeOf } from './hub-event.ts'
import type { Listener, Reader } from './reader.ts'

/** Keeps a hub's events back until those before them are read. */
export type Gate = Listener & {
  /** `until` is the place up to which they are read: what stands there or before is not let through again. */
  open(until: string): void
}

const mostHeld = 10_000

export const openGate = (behind: Listener): Gate => {
  let held: HubEvent[] | undefined = []
  let isLast = false
  return {
    offer: event => {
      if (held === undefined) return behind.offer(event)
      held.push(event)
      if (held.length > mostHeld) behind.fail(new AppError('watchTooSlow'))
    },
    finish: () => {
      isLast = true
      if (held === undefined) behind.finish()
    },
    fail: behind.fail,
    open: until => {
      const late = held ?? []
      held = undefined
      for (const event of late) if ((event.place ?? '') > until) behind.offer(event)
      if (isLast) behind.finish()
    },
  }
}

const lookEveryMs = 25

const pause = (ms: number): Promise<'pause'> =>
  new Promise(resolve => setTimeout(resolve, ms, 'pause').unref())

/**
 * Offers what the log has behind a token, up to where the hub was when the gate was put there, and opens the gate. The
 * stream is a reader's own, and is closed at the end; so many readers who come back after a restart share one again.
 */
export const catchUp = async (
  stream: ChangeStream,
  {
    gate,
    reader,
    until,
    toEvent,
  }: {
    readonly gate: Gate
    readonly reader: Reader
    readonly until: string
    toEvent(raw: ChangeEvent): HubEvent
  },
): Promise<void> => {
  const isReached = (): boolean => (placeOf(stream.resumeToken) ?? '') >= until
  try {
    let coming = stream.next()
    while (!reader.changes.ended.aborted) {
      const next = await Promise.race([coming, pause(lookEveryMs)])
      if (next === 'pause') {
        if (isReached()) break
        continue
      }
      if (next.done === true) return reader.finish()
      if ((placeOf(next.value._id) ?? '') > until) break
      reader.offer(toEvent(next.value))
      coming = stream.next()
    }
    gate.open(until)
  } catch (error) {
    reader.fail(error)
  } finally {
    await stream.close().catch(() => undefined)
  }
}
