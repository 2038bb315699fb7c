import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'

/** An open event stream, and for whom it is. */
export type OpenStream = {
  readonly userId: string
  readonly sessionId: string
  /** Says something that clients leave out, so that proxies and dead peers are noticed. */
  keepAlive(): void
  /** Ends it; with an error as its last event. */
  end(error?: unknown): void
}

/** All event streams that are open. */
export type Streams = {
  /**
   * Takes a place for a stream that is about to open.
   *
   * @throws `watchLimit` when the user has too many; `overloaded` when the server has, or stops
   */
  admit(userId: string): Place
  list(): readonly OpenStream[]
  /** Ends all of them, and admits no more. */
  close(): void
}

export type Place = {
  add(stream: OpenStream): void
  /** May be called twice. */
  leave(): void
}

const keepAliveMs = 15_000

export const openStreams = (
  { maxWatches, maxWatchesPerUser }: Pick<Config, 'maxWatches' | 'maxWatchesPerUser'>,
  { keepAliveEveryMs = keepAliveMs }: { readonly keepAliveEveryMs?: number } = {},
): Streams => {
  const streams = new Set<OpenStream>()
  const byUser = new Map<string, number>()
  let count = 0
  let isClosed = false
  const timer = setInterval(() => {
    for (const stream of streams) stream.keepAlive()
  }, keepAliveEveryMs).unref()

  const change = (userId: string, by: 1 | -1): void => {
    const ofUser = (byUser.get(userId) ?? 0) + by
    count += by
    if (ofUser === 0) byUser.delete(userId)
    else byUser.set(userId, ofUser)
  }

  return {
    admit: userId => {
      if (isClosed || count >= maxWatches) throw new AppError('overloaded')
      if ((byUser.get(userId) ?? 0) >= maxWatchesPerUser) {
        throw new AppError('watchLimit', { limit: String(maxWatchesPerUser) })
      }
      change(userId, 1)
      let mine: OpenStream | undefined
      let hasLeft = false
      return {
        add: stream => {
          mine = stream
          streams.add(stream)
          if (isClosed) stream.end()
        },
        leave: () => {
          if (hasLeft) return
          hasLeft = true
          change(userId, -1)
          if (mine) streams.delete(mine)
        },
      }
    },
    list: () => [...streams],
    close: () => {
      isClosed = true
      clearInterval(timer)
      for (const stream of streams) stream.end()
    },
  }
}
