import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { type ResourceLimits, Worker } from 'node:worker_threads'
import { keepThread, takeThread } from './spare-threads.ts'
import type { ThreadMessage } from './thread-message.ts'

/** What the first module of a thread is given. */
export type ThreadData<Options> = {
  readonly options: Options
  /** Where compiled code is kept; a thread does not share its process's setting by itself. */
  readonly compileCache: string | undefined
}

export type ThreadModule = '../write/thread' | '../read/thread'

/** The address of a module beside sources (`.ts`) or beside built files (`.js`). */
const siblingModule = (module: string): URL =>
  new URL(`${module}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

const compileCache = (): string | undefined => {
  const directory = getCompileCacheDir()
  return directory === undefined ? undefined : dirname(directory)
}

/**
 * Starts a thread of the engine, or gives the file to one that was retired; it does not keep the process alive by
 * itself.
 */
export const startThread = <Options>(
  module: ThreadModule,
  options: Options,
  { name, resourceLimits }: { name: string; resourceLimits: ResourceLimits },
): Worker => {
  const spare = takeThread(name)
  if (spare !== undefined) {
    spare.postMessage({ kind: 'open', options } satisfies ThreadMessage<Options>)
    return spare
  }
  const worker = new Worker(siblingModule(module), {
    name,
    workerData: { options, compileCache: compileCache() } satisfies ThreadData<Options>,
    resourceLimits,
  })
  worker.unref()
  return worker
}

/** Lets a thread that has nothing more to do close its file, and keeps it for the next file for a while. */
export const retireThread = async (worker: Worker, name: string): Promise<void> => {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
  worker.ref()
  const isClosed = await new Promise<boolean>(resolve => {
    worker.on('message', ({ kind }: { kind?: unknown }) => kind === 'closed' && resolve(true))
    worker.on('error', () => resolve(false))
    worker.once('exit', () => resolve(false))
    worker.postMessage({ kind: 'close' } satisfies ThreadMessage<never>)
  })
  worker.unref()
  if (isClosed) await keepThread(worker, name)
}
