import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../documents/embedded/engine/threads/compile-cache.ts'
import type { ThreadOptions } from '../messages.ts'
import type { ThreadData } from '../pool/start-thread.ts'

const { options, compileCache } = workerData as ThreadData
useCompileCache(compileCache)
const { serveCalls } = await import('./serve.ts')
if (parentPort !== null) serveCalls(parentPort, options satisfies ThreadOptions)
