import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { OpenStream, Streams } from '../http/streams.ts'
import type { Job } from './repeat.ts'

const atOnce = 500

const findDead = async (
  { store, now }: Deps,
  streams: readonly OpenStream[],
): Promise<OpenStream[]> => {
  const sessionIds = [...new Set(streams.map(stream => stream.sessionId))]
  const userIds = [...new Set(streams.map(stream => stream.userId))]
  const [alive, active] = await Promise.all([
    store.sessions.listAlive(sessionIds, now()),
    store.users.listActive(userIds),
  ])
  const sessions = new Set(alive)
  const users = new Set(active)
  return streams.filter(({ sessionId, userId }) => !sessions.has(sessionId) || !users.has(userId))
}

/**
 * Ends streams whose session has ended, or whose user is gone, disabled or being deleted: at once when this process did
 * it, within about a second when another did.
 */
export const startEndingStreams = (
  deps: Deps,
  streams: Streams,
  { everyMs = 1_000 }: { readonly everyMs?: number } = {},
): Job => {
  const check = async (those: readonly OpenStream[]): Promise<void> => {
    for (let at = 0; at < those.length; at += atOnce) {
      const dead = await findDead(deps, those.slice(at, at + atOnce))
      for (const stream of dead) stream.end(new AppError('sessionInvalid'))
    }
  }

  let running: Promise<void> = Promise.resolve()
  const checkSoon = (those: readonly OpenStream[]): void => {
    if (those.length === 0) return
    running = Promise.all([running, check(those)]).then(
      () => undefined,
      error => deps.log.warn('streams could not be checked', { err: error }),
    )
  }

  let isChecking = false
  const timer = setInterval(() => {
    if (isChecking) return
    isChecking = true
    checkSoon(streams.list())
    void running.then(() => {
      isChecking = false
    })
  }, everyMs).unref()
  const stopSessions = deps.store.sessions.onEnded(ended =>
    checkSoon(
      streams
        .list()
        .filter(stream =>
          'userId' in ended ? stream.userId === ended.userId : stream.sessionId === ended.sessionId,
        ),
    ),
  )

  return {
    stop: async () => {
      clearInterval(timer)
      stopSessions()
      await running
    },
  }
}
