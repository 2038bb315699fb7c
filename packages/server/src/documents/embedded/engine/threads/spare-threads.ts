import type { Worker } from 'node:worker_threads'

const mostSpare = 3
const spareMs = 30_000

type Spare = { readonly worker: Worker; readonly name: string; readonly timer: NodeJS.Timeout }

/** Threads whose file was closed: starting one takes about a tenth of a second of a core. */
let spares: readonly Spare[] = []

const forget = (worker: Worker): void => {
  for (const spare of spares) if (spare.worker === worker) clearTimeout(spare.timer)
  spares = spares.filter(spare => spare.worker !== worker)
}

const letGo = (worker: Worker): void => {
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event)
}

/** A thread of that name that has no file. */
export const takeThread = (name: string): Worker | undefined => {
  const worker = spares.find(spare => spare.name === name)?.worker
  if (worker === undefined) return undefined
  forget(worker)
  letGo(worker)
  return worker
}

/** Keeps a thread that has no file; of each name only a few, and not for long. */
export const keepThread = async (worker: Worker, name: string): Promise<void> => {
  letGo(worker)
  if (spares.filter(spare => spare.name === name).length >= mostSpare) {
    await worker.terminate()
    return
  }
  const end = (): void => {
    forget(worker)
    void worker.terminate()
  }
  worker.once('error', end)
  worker.once('exit', () => forget(worker))
  spares = [...spares, { worker, name, timer: setTimeout(end, spareMs).unref() }]
}
