import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../../documents/embedded/engine/threads/compile-cache.ts'
import type { FilterThreadData } from './elsewhere.ts'

const { compileCache } = workerData as FilterThreadData
useCompileCache(compileCache)
const { serveFilters } = await import('./serve.ts')
if (parentPort !== null) serveFilters(parentPort)
