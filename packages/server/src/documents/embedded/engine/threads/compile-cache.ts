import { enableCompileCache, flushCompileCache } from 'node:module'

const flushAfterMs = 3_000

/** Makes the modules that a thread loads from now on start faster the next time. */
export const useCompileCache = (directory: string | undefined): void => {
  if (directory === undefined) return
  enableCompileCache(directory)
  setTimeout(flushCompileCache, flushAfterMs).unref()
}
