import { wallClock } from '../clock.ts'
import { prepareFile } from '../engine/connection.ts'
import { toFailureMessage } from '../engine/failure.ts'
import type { BatchDone, Settled, WriteRequest } from '../engine/messages.ts'
import { startWriterThread, type WriterThread } from '../engine/threads/writer-thread.ts'
import { type FileOptions, fileDefaults } from '../file-options.ts'
import { toBytes } from '../values/bytes.ts'
import type { Channel, FromOwner, ToOwner } from './messages.ts'

type Follower = Channel<FromOwner, ToOwner>

type OwnedFile = {
  readonly writer: WriterThread
  readonly stopExpiring: () => void
}

/** The process that writes the files of a data folder for others that serve requests. */
export type FileOwner = {
  /** Takes the requests of one more process, until its channel closes. */
  accept(follower: Follower): void
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

/** Opens each file when the first follower asks for it, and keeps it open. */
export const openFileOwner = (now: () => number = wallClock): FileOwner => {
  const files = new Map<string, OwnedFile>()
  const followers = new Set<Follower>()

  const tell =
    (path: string) =>
    ({ catalogVersion, lastChange, counters }: BatchDone): void => {
      const message = { kind: 'committed', path, catalogVersion, lastChange, counters } as const
      for (const follower of followers) follower.send(message)
    }

  const expire = (writer: WriterThread): void => {
    const nothing = { database: '', collection: '', arguments: toBytes({}), documents: [] }
    void writer.send({ operation: 'expire', now: now(), ...nothing }).catch(() => undefined)
  }

  const open = (given: FileOptions): void => {
    const options = { ...fileDefaults, ...given }
    const { path, expireEveryMs } = options
    if (files.has(path)) return
    prepareFile(path, options)
    const writer = startWriterThread(options, { onCommit: tell(path) })
    const timer =
      expireEveryMs === 0 ? undefined : setInterval(() => expire(writer), expireEveryMs).unref()
    files.set(path, { writer, stopExpiring: () => clearInterval(timer) })
  }

  const answerOpen = (follower: Follower, options: FileOptions): void => {
    const { path } = options
    try {
      open(options)
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

  const write = (path: string, requests: readonly WriteRequest[], answer: (a: Settled) => void) => {
    const file = files.get(path)
    for (const { id, ...request } of requests) {
      file?.writer.send(request).then(
        outcome => answer({ id, outcome }),
        error => answer({ id, failure: toFailureMessage(error) }),
      )
    }
  }

  return {
    accept: follower => {
      const answers = answersOf(follower)
      followers.add(follower)
      follower.onClose(() => followers.delete(follower))
      follower.onMessage(message => {
        if (message.kind === 'open') answerOpen(follower, message.options)
        else write(message.path, message.requests, answers(message.path))
      })
    },
    close: async () => {
      for (const { stopExpiring } of files.values()) stopExpiring()
      await Promise.all([...files.values()].map(({ writer }) => writer.close()))
      files.clear()
    },
  }
}
