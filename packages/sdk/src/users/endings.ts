import { clientPaths } from '@regent/protocol/paths'
import { RegentError } from '../errors.ts'
import type { Http } from '../http/http.ts'
import type { Storage } from '../storage/storage.ts'

/** Sessions that ended here and still have to end on the server. */
export type Endings = {
  /** Remembers, also on disk, that the session has to end; nothing is sent yet. */
  readonly add: (refreshToken: string) => void
  /**
   * Asks the server to end the session. Returns quietly when the server cannot be reached now: it is asked
   * again after the next successful request and at the next start.
   *
   * @throws RegentError when the server refuses for another reason than that there is no such session
   */
  readonly finish: (refreshToken: string) => Promise<void>
  /** Asks for all that are left, one after the other, until one cannot be sent. Never throws. */
  readonly finishAll: () => Promise<void>
}

/** A log-out is done for the user already: nobody waits longer than this for the server. */
const timeoutMs = 10_000

const isPassing = (error: unknown): boolean => {
  const status = error instanceof RegentError ? error.statusCode : undefined
  return status === undefined || status === 408 || status === 429 || status >= 500
}

const isEnded = (error: unknown): boolean =>
  error instanceof RegentError && error.statusCode === 401

export const createEndings = (
  http: Pick<Http, 'send'>,
  storage: Storage,
  left: readonly string[],
): Endings => {
  const waiting = new Set(left)
  const sending = new Map<string, Promise<boolean>>()
  let finishing = false

  const send = async (refreshToken: string): Promise<void> => {
    const path = clientPaths.session()
    await http.send({ method: 'DELETE', path, bearer: refreshToken, timeoutMs })
  }

  const forget = (refreshToken: string): void => {
    waiting.delete(refreshToken)
    storage.removeEnding(refreshToken)
  }

  const tryOnce = async (refreshToken: string): Promise<boolean> => {
    try {
      await send(refreshToken)
    } catch (error) {
      if (isPassing(error)) return false
      forget(refreshToken)
      if (!isEnded(error)) throw error
    }
    forget(refreshToken)
    return true
  }

  const finish = (refreshToken: string): Promise<boolean> => {
    const running = sending.get(refreshToken)
    if (running !== undefined) return running
    const sent = tryOnce(refreshToken).finally(() => sending.delete(refreshToken))
    sending.set(refreshToken, sent)
    return sent
  }

  return {
    add: refreshToken => {
      waiting.add(refreshToken)
      storage.addEnding(refreshToken)
    },
    finish: async refreshToken => {
      await finish(refreshToken)
    },
    finishAll: async () => {
      if (finishing || waiting.size === 0) return
      finishing = true
      try {
        for (const refreshToken of [...waiting]) {
          if (!(await finish(refreshToken).catch(() => true))) return
        }
      } finally {
        finishing = false
      }
    },
  }
}
