import { parentPort, workerData } from 'node:worker_threads'
import { useCompileCache } from '../../documents/embedded/engine/threads/compile-cache.ts'

const { compileCache } = workerData as { readonly compileCache: string | undefined }
useCompileCache(compileCache)
const { serveViews } = await import('./serve.ts')
if (parentPort !== null) serveViews(parentPort)
