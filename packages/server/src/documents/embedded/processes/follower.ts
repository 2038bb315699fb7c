import type { DocumentsError } from '../../error.ts'
import { fromFailureMessage } from '../engine/failure.ts'
import type { BatchDone, Counters, WriteOutcome, WriteRequest } from '../engine/messages.ts'
import { openPendingWrites, unavailable } from '../engine/threads/pending-writes.ts'
import type { WriterEvents, WriterThread } from '../engine/threads/writer-thread.ts'
import type { FileOptions } from '../file-options.ts'
import type { Channel, FromFile, FromOwner, ToOwner } from './messages.ts'
import { openPulse, type PulseOptions } from './pulse.ts'
import { openRoom, type RoomOptions } from './room.ts'

/** Makes the writer of a file that another process owns. */
export type RemoteWriters = {
  /** @throws what kept the owner from opening the file */
  open(options: FileOptions, events: WriterEvents): Promise<WriterThread>
}

type RemoteFile = {
  readonly receive: (message: FromFile) => void
  readonly lose: () => void
  /** Ends what waits; what comes later is taken again. */
  readonly giveUp: () => void
  readonly isWaiting: () => boolean
}

type Wiring = {
  readonly events: WriterEvents
  readonly send: (message: ToOwner) => void
  readonly room: RoomOptions
  readonly isSilent: () => boolean
}

const unanswered = (): DocumentsError =>
  unavailable('the process that writes the store does not answer')

const openRemoteWriter = (
  { path }: FileOptions,
  { events: { onCommit }, send, room: options, isSilent }: Wiring,
): { writer: WriterThread; file: RemoteFile; opened: Promise<void> } => {
  const pending = openPendingWrites()
  const room = openRoom(options)
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>()
  let outbox: WriteRequest[] = []
  let counters: Counters = { commits: 0, writes: 0, checkpoints: 0 }
  let lastId = 0
  let isClosing = false

  const flush = (): void => {
    send({ kind: 'write', path, requests: outbox })
    outbox = []
  }

  const receive = (message: FromFile): void => {
    if (message.kind === 'settled') pending.settle(message.settled)
    else if (message.kind === 'committed') {
      counters = message.counters
      onCommit({ ...message, settled: [], underWay: [] } satisfies BatchDone)
    } else if (message.failure === undefined) resolve()
    else reject(fromFailureMessage(message.failure))
  }

  const drain = (): Promise<void> => {
    isClosing = true
    return pending.drained()
  }

  const writer: WriterThread = {
    send: request => {
      if (isClosing) return Promise.reject(unavailable('the store is closed'))
      if (isSilent()) return Promise.reject(unanswered())
      const leave = room.enter(request)
      if (leave === undefined) return Promise.reject(unavailable('too many writes are waiting'))
      lastId += 1
      const numbered: WriteRequest = { ...request, id: lastId }
      return new Promise<WriteOutcome>((settle, refuse) => {
        pending.add({
          request: numbered,
          resolve: outcome => {
            leave()
            settle(outcome)
          },
          reject: error => {
            leave()
            refuse(error)
          },
        })
        outbox.push(numbered)
        if (outbox.length === 1) setImmediate(flush)
      })
    },
    counters: () => counters,
    drain,
    close: drain,
  }
  const lose = (): void => {
    const gone = unavailable('the process that writes the store has ended')
    reject(gone)
    isClosing = true
    pending.reject(() => gone)
  }
  const giveUp = (): void => pending.reject(unanswered)
  const isWaiting = (): boolean => !pending.isEmpty()
  return { writer, file: { receive, lose, giveUp, isWaiting }, opened }
}

/**
 * Writers of files that the process at the other end of the channel owns. `room` is for each file. Where that process
 * says nothing for 15 seconds its writes are `Unavailable`: whether they were made is not known then.
 */
export const openRemoteWriters = (
  channel: Channel<ToOwner, FromOwner>,
  { pulse: pulseOptions, ...room }: RoomOptions & { readonly pulse?: PulseOptions } = {},
): RemoteWriters => {
  const files = new Map<string, RemoteFile>()
  const pulse = openPulse(
    {
      ask: () => channel.send({ kind: 'ask' }),
      isWaiting: () => [...files.values()].some(file => file.isWaiting()),
      onSilent: () => {
        for (const { giveUp } of files.values()) giveUp()
      },
    },
    pulseOptions,
  )
  channel.onMessage(message => {
    pulse.heard()
    if (message.kind !== 'alive') files.get(message.path)?.receive(message)
  })
  channel.onClose(() => {
    pulse.stop()
    for (const { lose } of files.values()) lose()
  })
  return {
    open: async (options, events) => {
      const { writer, file, opened } = openRemoteWriter(options, {
        events,
        send: channel.send,
        room,
        isSilent: pulse.isSilent,
      })
      files.set(options.path, file)
      channel.send({ kind: 'open', options })
      await opened
      return writer
    },
  }
}
