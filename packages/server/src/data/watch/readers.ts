import type { Document } from 'bson'
import type { ChangeEvent, ChangeStream, Collection } from '../../documents/documents.ts'
import { DocumentsError } from '../../documents/error.ts'
import { AppError } from '../../errors.ts'
import type { Actor } from '../actor.ts'
import type { Namespace } from '../namespace.ts'
import { toldError } from '../operations/failures.ts'
import type { Databases } from '../sources/databases.ts'
import type { Changes } from './changes.ts'
import type { Hub } from './hub.ts'
import type { HubEvent } from './hub-event.ts'
import { type Placement, placementOf, placementOfIds } from './placement.ts'
import type { Room } from './queue.ts'
import { type Listener, openReader, type Reader } from './reader.ts'
import type { WatchRequest } from './request.ts'
import { catchUp, openGate } from './resume.ts'
import { openStanding, type Standing, type StandingOptions } from './standing.ts'
import type { Wanted } from './wanted.ts'

/** Everything that one reader needs, once it is known to be allowed. */
export type Opening = {
  readonly namespace: Namespace
  readonly actor: Actor
  readonly databases: Databases
  readonly request: WatchRequest
  readonly collection: Collection
  readonly wanted: Wanted
  /** The engine's token behind that of a reader. @throws `fieldInvalid` */
  openToken(sealed: Document): Document
  toEvent(raw: ChangeEvent): HubEvent
}

/** Those who read now. */
export type Readers = {
  /** Lets somebody read along. `resumed` is a stream of what they missed; it is closed in the end. */
  join(
    hub: Hub,
    reader: {
      readonly opening: Opening
      readonly standing: Standing
      readonly resumed: ChangeStream | undefined
    },
  ): Changes
  /** Ends all of them. */
  close(): void
}

/** What a reader is told of an error. */
export const toldWatchError = (
  error: unknown,
  { namespace: { source }, databases }: Pick<Opening, 'namespace' | 'databases'>,
): unknown =>
  error instanceof DocumentsError && error.codeName === 'ChangeStreamHistoryLost'
    ? new AppError('watchHistoryLost', {}, { cause: error })
    : toldError(error, { source, databases, seesAll: false })

type Placed = { readonly placement: Placement | undefined; readonly isByRules: boolean }

/** Where a reader stands among those of its hub: by what it asks for, else by what the rules leave it. */
const placementFor = ({ ids, filter }: WatchRequest, { byRules, isPlain }: Standing): Placed => {
  const asked = ids ? placementOfIds(ids) : filter && isPlain ? placementOf(filter) : undefined
  return { placement: asked ?? byRules, isByRules: asked === undefined && byRules !== undefined }
}

/**
 * Rules are asked again when an event comes, and the answer is older than a second. A reader who stands where the rules
 * put it might never be asked, so it is asked every five seconds, a few readers at a time.
 */
const askEveryMs = 200
const turnsOfAll = 25

export const openReaders = (options: StandingOptions): Readers => {
  const room: Room = { bytes: 0 }
  const readers = new Set<Reader>()
  const byRules = new Set<Reader>()
  let timer: NodeJS.Timeout | undefined

  const askSome = (): void => {
    const those = [...byRules].slice(0, Math.ceil(byRules.size / turnsOfAll))
    for (const reader of those) {
      byRules.delete(reader)
      byRules.add(reader)
      void reader.renew(askEveryMs)
    }
  }

  const add = (reader: Reader): void => {
    readers.add(reader)
    timer ??= setInterval(askSome, askEveryMs).unref()
  }

  const remove = (reader: Reader): void => {
    readers.delete(reader)
    byRules.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  return {
    join: (hub, { opening, standing, resumed }) => {
      const { request, wanted, toEvent } = opening
      const place = (current: Standing): void => {
        const { placement, isByRules } = placementFor(request, current)
        hub.listeners.place(listener, placement)
        if (isByRules) byRules.add(reader)
        else byRules.delete(reader)
      }
      const reader = openReader({
        standing,
        wanted,
        room,
        renew: () => openStanding(options, opening),
        onRenewed: place,
        onEnd: () => {
          hub.listeners.remove(listener)
          remove(reader)
        },
        told: error => toldWatchError(error, opening),
      })
      const gate = resumed && openGate(reader)
      const listener: Listener = gate ?? reader
      add(reader)
      place(standing)
      const until = hub.position()
      if (gate && until !== undefined && !hub.isOver()) {
        void catchUp(resumed, { gate, reader, until, toEvent })
        return reader.changes
      }
      void resumed?.close().catch(() => undefined)
      if (hub.isOver()) reader.finish()
      else if (gate) reader.fail(new AppError('watchHistoryLost'))
      return reader.changes
    },
    close: () => {
      for (const reader of [...readers]) reader.finish()
    },
  }
}
