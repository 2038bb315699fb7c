import cluster, { type Worker } from 'node:cluster'
import { resolve } from 'node:path'
import type { Config } from '../config.ts'
import type { FromOwner, ToOwner } from '../documents/embedded/processes/messages.ts'
import { type FileOwner, openFileOwner } from '../documents/embedded/processes/owner.ts'
import { ownFolder } from '../documents/ownership.ts'
import { removeServerFile } from '../jobs/server-file.ts'
import { openLog } from '../log.ts'

/** From a worker, beside what it asks of the owner of the files. */
export type FromWorker = ToOwner | { readonly kind: 'ready' }

export type Primary = {
  /** Resolves, with an exit code, when the first worker could not start. */
  readonly failed: Promise<number>
  /** Ends the workers as a signal would, waits for them, then closes the files. May be called twice. */
  stop(): Promise<void>
}

/** A worker that ends sooner than that after its start is started again later. */
const quickEndMs = 5_000
const pauseMs = 1_000

const accept = (owner: FileOwner, worker: Worker, onReady: () => void): void =>
  owner.accept({
    send: (message: FromOwner) => {
      if (worker.isConnected()) worker.send(message)
    },
    onMessage: handle =>
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') onReady()
        else handle(message)
      }),
    onClose: handle => worker.once('disconnect', handle),
  })

const exited = (worker: Worker): Promise<number> =>
  new Promise(resolve => {
    worker.once('exit', (code, signal) => resolve(signal ? 1 : code))
  })

/**
 * Makes this process the one that owns the data folder and writes its files, and runs this program again as workers
 * that serve the requests. The first one deploys; the others start when it is ready. A worker that ends is started
 * again.
 *
 * Use `config.workers`: more than one. @throws FolderTakenError
 */
export const startPrimary = async (config: Config): Promise<Primary> => {
  const folder = resolve(config.data)
  const log = openLog({ level: config.logLevel })
  const ownership = await ownFolder(folder)
  const owner = openFileOwner()
  const alive = new Map<Worker, Promise<number>>()
  const { promise: failed, resolve: fail } = Promise.withResolvers<number>()
  let isReady = false
  let stopping: Promise<void> | undefined
  let isStopping = false

  cluster.setupPrimary({ serialization: 'advanced' })

  const startWorker = (): void => {
    const worker = cluster.fork()
    const since = performance.now()
    const end = exited(worker)
    alive.set(worker, end)
    accept(owner, worker, () => {
      if (isReady) return
      isReady = true
      for (let number = 1; number < config.workers; number++) startWorker()
    })
    void end.then(code => {
      alive.delete(worker)
      if (isStopping) return
      if (!isReady) return fail(code)
      const isQuick = performance.now() - since < quickEndMs
      log.error('a worker has ended and is started again', { pid: worker.process.pid, code })
      setTimeout(() => isStopping || startWorker(), isQuick ? pauseMs : 0)
    })
  }
  startWorker()

  const stop = async (): Promise<void> => {
    for (const worker of alive.keys()) worker.process.kill('SIGTERM')
    await Promise.all(alive.values())
    await owner.close()
    await removeServerFile(folder)
    ownership.release()
    log.flush()
  }
  return {
    failed,
    stop: () => {
      isStopping = true
      stopping ??= stop()
      return stopping
    },
  }
}
