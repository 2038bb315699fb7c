import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { FileCopy, SnapshotOptions } from './snapshot.ts'
import type { CopiesDone } from './thread.ts'

/**
 * Copies a data folder as of one moment, off the event loop.
 *
 * @throws Error when a file cannot be copied, for want of room above all
 */
export const copyInThread = async (options: SnapshotOptions): Promise<readonly FileCopy[]> => {
  const file = import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js'
  const worker = new Worker(new URL(file, import.meta.url), { name: 'backup', workerData: options })
  const exit = once(worker, 'exit')
  const [done] = (await once(worker, 'message')) as [CopiesDone]
  await exit
  if ('failure' in done) throw new Error(`the data folder cannot be copied: ${done.failure}`)
  return done.copies
}
