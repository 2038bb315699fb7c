import type { Config } from '../config.ts'

const part = (whole: number, parts: number): number => Math.max(1, Math.ceil(whole / parts))

/**
 * What one of several processes on a machine takes of what all together may use of its cores and memory. Limits that
 * keep one event loop from too much work stay as they are.
 */
export const shareOf = (config: Config): Config => ({
  ...config,
  hashMemoryMib: part(config.hashMemoryMib, config.workers),
  functionThreads: part(config.functionThreads, config.workers),
})
