import { resolve } from 'node:path'
import { backUp } from '../backup/back-up.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'

/** Servers that make a backup now: each takes as much of the disk as its data. */
const busy = new WeakSet<Deps>()

async function* finishing(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
  finish: () => void,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done !== true) yield first.value
    yield* rest
  } finally {
    finish()
  }
}

/**
 * A backup of everything the server keeps, as bytes. Resolves once its first bytes are there.
 *
 * @throws `backupUnderWay`, `backupFailed`
 */
export const startBackUp = async (deps: Deps): Promise<AsyncGenerator<Uint8Array>> => {
  if (busy.has(deps)) throw new AppError('backupUnderWay')
  const { config, now, log } = deps
  busy.add(deps)
  const backup = backUp({ folder: resolve(config.data), store: config.store }, now())
  try {
    return finishing(await backup.next(), backup, () => busy.delete(deps))
  } catch (cause) {
    busy.delete(deps)
    log.error('a backup could not be made', { err: cause })
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('backupFailed', { detail }, { cause })
  }
}
