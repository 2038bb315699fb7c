import { fromFailureMessage } from '../engine/failure.ts'
import type { BatchDone, Counters, WriteOutcome, WriteRequest } from '../engine/messages.ts'
import { openPendingWrites, unavailable } from '../engine/threads/pending-writes.ts'
import type { WriterEvents, WriterThread } from '../engine/threads/writer-thread.ts'
import type { FileOptions } from '../file-options.ts'
import type { Channel, FromOwner, ToOwner } from './messages.ts'
import { openRoom, type RoomOptions } from './room.ts'

/** Makes the writer of a file that another process owns. */
export type RemoteWriters = {
  /** @throws what kept the owner from opening the file */
  open(options: FileOptions, events: WriterEvents): Promise<WriterThread>
}

type RemoteFile = {
  readonly receive: (message: FromOwner) => void
  readonly lose: () => void
}

type Wiring = {
  readonly events: WriterEvents
  readonly send: (message: ToOwner) => void
  readonly room: RoomOptions
}

const openRemoteWriter = (
  { path }: FileOptions,
  { events: { onCommit }, send, room: options }: Wiring,
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

  const receive = (message: FromOwner): void => {
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
  return { writer, file: { receive, lose }, opened }
}

/** Writers of files that the process at the other end of the channel owns. `room` is for each file. */
export const openRemoteWriters = (
  channel: Channel<ToOwner, FromOwner>,
  room: RoomOptions = {},
): RemoteWriters => {
  const files = new Map<string, RemoteFile>()
  channel.onMessage(message => files.get(message.path)?.receive(message))
  channel.onClose(() => {
    for (const { lose } of files.values()) lose()
  })
  return {
    open: async (options, events) => {
      const { writer, file, opened } = openRemoteWriter(options, {
        events,
        send: channel.send,
        room,
      })
      files.set(options.path, file)
      channel.send({ kind: 'open', options })
      await opened
      return writer
    },
  }
}
