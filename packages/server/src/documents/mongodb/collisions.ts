import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DocumentsError } from '../error.ts'
import { toDocumentsError } from './failure.ts'

const firstPauseMs = 50
const longestPauseMs = 2_000

/** MongoDB itself asks again; a server over PostgreSQL ends one of two that wait for each other, and tells. */
export const isCollision = ({ codeName, message }: DocumentsError): boolean =>
  codeName === 'WriteConflict' || /deadlock|could not serialize/i.test(message)

/** Waits, each time about twice as long, and never as long as the others who collided. */
export const waitAfter = async (attempt: number): Promise<void> => {
  const most = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt)
  await sleep(randomInt(most / 2, most))
}

/** Does work again that collided with somebody else's, until it is aborted. For work that a refusal leaves undone. */
export const untilAlone = async <T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work()
    } catch (cause) {
      const error = toDocumentsError(cause)
      if (signal.aborted || !isCollision(error)) throw error
      await waitAfter(attempt)
    }
  }
}
