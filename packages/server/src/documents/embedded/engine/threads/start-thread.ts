import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { type ResourceLimits, Worker } from 'node:worker_threads'

/** What the first module of a thread is given. */
export type ThreadData<Options> = {
  readonly options: Options
  /** Where compiled code is kept; a thread does not share its process's setting by itself. */
  readonly compileCache: string | undefined
}

/** The address of a module beside sources (`.ts`) or beside built files (`.js`). */
const siblingModule = (module: string): URL =>
  new URL(`${module}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

const compileCache = (): string | undefined => {
  const directory = getCompileCacheDir()
  return directory === undefined ? undefined : dirname(directory)
}

/** Starts a thread of the engine; it does not keep the process alive by itself. */
export const startThread = <Options>(
  module: '../write/thread' | '../read/thread',
  options: Options,
  { name, resourceLimits }: { name: string; resourceLimits: ResourceLimits },
): Worker => {
  const worker = new Worker(siblingModule(module), {
    name,
    workerData: { options, compileCache: compileCache() } satisfies ThreadData<Options>,
    resourceLimits,
  })
  worker.unref()
  return worker
}
