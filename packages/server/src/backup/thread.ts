import { parentPort, workerData } from 'node:worker_threads'
import { copyFolder, type FileCopy, type SnapshotOptions } from './snapshot.ts'

/** What the thread says, once. */
export type CopiesDone = { readonly copies: readonly FileCopy[] } | { readonly failure: string }

const run = async (): Promise<CopiesDone> => {
  try {
    return { copies: await copyFolder(workerData as SnapshotOptions) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.postMessage(await run())
