import { parentPort, workerData } from 'node:worker_threads'
import type { WriterOptions } from '../messages.ts'
import { useCompileCache } from '../threads/compile-cache.ts'
import { serveFiles } from '../threads/serve-files.ts'
import type { ThreadData } from '../threads/start-thread.ts'

const { options, compileCache } = workerData as ThreadData<WriterOptions>
useCompileCache(compileCache)
const { serveWrites } = await import('./serve.ts')
if (parentPort !== null) serveFiles(parentPort, options, serveWrites)
