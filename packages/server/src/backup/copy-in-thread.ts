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
  const [[done]] = (await Promise.all([once(worker, 'message'), once(worker, 'exit')])) as [
    [CopiesDone],
    unknown,
  ]
  if ('failure' in done) throw new Error(`the data folder cannot be copied: ${done.failure}`)
  return done.copies
}
