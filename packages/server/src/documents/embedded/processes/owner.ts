import { wallClock } from '../clock.ts'
import { prepareFile } from '../engine/connection.ts'
import { ownBytes } from '../engine/engine.ts'
import { toFailureMessage } from '../engine/failure.ts'
import type { BatchDone, Counters, Settled, WriteRequest } from '../engine/messages.ts'
import { unavailable } from '../engine/threads/pending-writes.ts'
import { startWriterThread, type WriterThread } from '../engine/threads/writer-thread.ts'
import { type FileOptions, fileDefaults } from '../file-options.ts'
import { toBytes } from '../values/bytes.ts'
import type { Channel, FromOwner, ToOwner } from './messages.ts'

type Follower = Channel<FromOwner, ToOwner>

type OwnedFile = {
  readonly writer: WriterThread
  /** Those who have opened it. */
  readonly followers: Set<Follower>
  readonly stopExpiring: () => void
}

/** The process that writes the files of a data folder for others that serve requests. */
export type FileOwner = {
  /** Takes the requests of one more process, until its channel closes. */
  accept(follower: Follower): void
  /** What was written to all files so far. */
  counters(): Counters
  /** Waits for writes under way, then ends the writers. */
  close(): Promise<void>
}

/** Answers to one follower, together for all writes that one commit ended. */
const openAnswers = (follower: Follower, path: string) => {
  let answers: Settled[] = []
  return (answer: Settled): void => {
    answers.push(answer)
    if (answers.length > 1) return
    setImmediate(() => {
      follower.send({ kind: 'settled', path, settled: answers })
      answers = []
    })
  }
}

/** Tells followers of commits that concern them: most change neither the catalog nor the change log. */
const openNews = (path: string, followers: ReadonlySet<Follower>) => {
  let told = { catalogVersion: 0, lastChange: 0 }
  return ({ catalogVersion, lastChange, counters }: BatchDone): void => {
    if (catalogVersion === told.catalogVersion && lastChange === told.lastChange) return
    told = { catalogVersion, lastChange }
    const message = { kind: 'committed', path, catalogVersion, lastChange, counters } as const
    for (const follower of followers) follower.send(message)
  }
}

/** What came in one message shares one buffer, which would be copied for each of its parts. */
const ownRequest = ({ id: _, ...request }: WriteRequest): Omit<WriteRequest, 'id'> => ({
  ...request,
  arguments: ownBytes(request.arguments),
  documents: request.documents.map(ownBytes),
})

/** Opens each file when the first follower asks for it, and keeps it open. */
export const openFileOwner = (now: () => number = wallClock): FileOwner => {
  const files = new Map<string, OwnedFile>()

  const expire = (writer: WriterThread): void => {
    const nothing = { database: '', collection: '', arguments: toBytes({}), documents: [] }
    void writer.send({ operation: 'expire', now: now(), ...nothing }).catch(() => undefined)
  }

  const open = (given: FileOptions): OwnedFile => {
    const options = { ...fileDefaults, ...given }
    const { path, expireEveryMs } = options
    const known = files.get(path)
    if (known !== undefined) return known
    prepareFile(path, options)
    const followers = new Set<Follower>()
    const writer = startWriterThread(options, { onCommit: openNews(path, followers) })
    const timer =
      expireEveryMs === 0 ? undefined : setInterval(() => expire(writer), expireEveryMs).unref()
    const file = { writer, followers, stopExpiring: () => clearInterval(timer) }
    files.set(path, file)
    return file
  }

  const answerOpen = (follower: Follower, options: FileOptions): void => {
    const { path } = options
    try {
      open(options).followers.add(follower)
      follower.send({ kind: 'opened', path })
    } catch (error) {
      follower.send({ kind: 'opened', path, failure: toFailureMessage(error) })
    }
  }

  const answersOf = (follower: Follower) => {
    const byPath = new Map<string, (answer: Settled) => void>()
    return (path: string): ((answer: Settled) => void) => {
      const answer = byPath.get(path) ?? openAnswers(follower, path)
      byPath.set(path, answer)
      return answer
    }
  }

  const send = async (path: string, request: WriteRequest): Promise<Settled> => {
    const { id } = request
    try {
      const file = files.get(path)
      if (file === undefined) throw unavailable('the store is closed')
      return { id, outcome: await file.writer.send(ownRequest(request)) }
    } catch (error) {
      return { id, failure: toFailureMessage(error) }
    }
  }

  return {
    accept: follower => {
      const answers = answersOf(follower)
      follower.onClose(() => {
        for (const { followers } of files.values()) followers.delete(follower)
      })
      follower.onMessage(message => {
        if (message.kind === 'ask') return follower.send({ kind: 'alive' })
        if (message.kind === 'open') return answerOpen(follower, message.options)
        const answer = answers(message.path)
        for (const request of message.requests) void send(message.path, request).then(answer)
      })
    },
    counters: () => {
      const sum = { commits: 0, writes: 0, checkpoints: 0 }
      for (const { writer } of files.values()) {
        const { commits, writes, checkpoints } = writer.counters()
        sum.commits += commits
        sum.writes += writes
        sum.checkpoints += checkpoints
      }
      return sum
    },
    close: async () => {
      for (const { stopExpiring } of files.values()) stopExpiring()
      await Promise.all([...files.values()].map(({ writer }) => writer.close()))
      files.clear()
    },
  }
}
