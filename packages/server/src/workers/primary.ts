import cluster, { type Worker } from 'node:cluster'
import { resolve } from 'node:path'
import { commitSeries } from '../activity/metrics/store-series.ts'
import { settleFolder } from '../backup/restore-folder.ts'
import type { Config } from '../config.ts'
import { wallClock } from '../documents/embedded/clock.ts'
import type { FromOwner, ToOwner } from '../documents/embedded/processes/messages.ts'
import { type FileOwner, openFileOwner } from '../documents/embedded/processes/owner.ts'
import { ownFolder } from '../documents/ownership.ts'
import { removeServerFile } from '../jobs/server-file.ts'
import { openLog } from '../log.ts'

import {
  isOfMetrics,
  type MetricsExchange,
  type MetricsFromWorker,
  type MetricsToWorker,
  openMetricsExchange,
} from './metrics.ts'

/** From a worker, beside what it asks of the owner of the files. */
export type FromWorker = ToOwner | MetricsFromWorker | { readonly kind: 'ready' }

/** To a worker, beside what the owner of the files answers. */
export type ToWorker = FromOwner | MetricsToWorker

export type Primary = {
  /** Resolves when the first worker could not start. */
  readonly failed: Promise<void>
  /** Ends the workers as a signal would, waits for them, then closes the files. May be called twice. */
  stop(): Promise<void>
}

/** A worker that ends sooner than that after its start is started again later. */
const quickEndMs = 5_000
const pauseMs = 1_000

/** A worker gives its requests and its functions `stopSeconds` each; one that takes longer than that is stuck. */
const endWithinMs = ({ stopSeconds }: Config): number => 2 * stopSeconds * 1_000 + 10_000

/** A worker that was killed is found out when it is told something: that is no failure of ours. */
const ignore = (): void => {}

const send = (worker: Worker, message: ToWorker): void => {
  if (worker.isConnected()) worker.process.send?.(message, ignore)
}

type Hall = {
  readonly owner: FileOwner
  readonly metrics: MetricsExchange
  readonly onReady: () => void
}

const accept = (worker: Worker, { owner, metrics, onReady }: Hall): void =>
  owner.accept({
    send: message => send(worker, message),
    onMessage: handle =>
      worker.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') onReady()
        else if (isOfMetrics(message)) metrics.receive(message, answer => send(worker, answer))
        else handle(message)
      }),
    onClose: handle => worker.once('disconnect', handle),
  })

/** Resolves when the process is gone, or could not be made. */
const ended = (worker: Worker): Promise<{ readonly why: string }> =>
  new Promise(resolve => {
    worker.once('exit', (code, signal) => resolve({ why: signal ?? `exit code ${code}` }))
    worker.on('error', error => {
      if (worker.process.pid === undefined) resolve({ why: error.message })
    })
  })

const end = async (worker: Worker, gone: Promise<unknown>, withinMs: number): Promise<void> => {
  worker.process.kill('SIGTERM')
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), withinMs)
  await gone
  clearTimeout(timer)
}

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
  await settleFolder(folder, wallClock())
  const owner = openFileOwner()
  const alive = new Map<Worker, Promise<unknown>>()
  const { promise: failed, resolve: fail } = Promise.withResolvers<void>()
  let isReady = false
  let isStopping = false
  let stopping: Promise<void> | undefined

  // Workers accept by themselves: one that is killed takes no connection with it that was only on its way there.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ serialization: 'advanced' })

  const metrics = openMetricsExchange(
    message => {
      for (const worker of alive.keys()) send(worker, message)
      return alive.size
    },
    () => commitSeries(owner.counters()),
  )

  const startOthers = (): void => {
    if (isReady || isStopping) return
    isReady = true
    for (let number = 1; number < config.workers; number++) startWorker()
  }

  const startWorker = (): void => {
    if (isStopping) return
    const worker = cluster.fork()
    const since = performance.now()
    const gone = ended(worker)
    alive.set(worker, gone)
    accept(worker, { owner, metrics, onReady: startOthers })
    void gone.then(({ why }) => {
      alive.delete(worker)
      if (isStopping) return
      if (!isReady) return fail()
      const isQuick = performance.now() - since < quickEndMs
      log.error('a worker has ended and is started again', { pid: worker.process.pid, why })
      setTimeout(startWorker, isQuick ? pauseMs : 0)
    })
  }
  startWorker()

  const stop = async (): Promise<void> => {
    if (isReady) log.info('stopping')
    await Promise.all([...alive].map(([worker, gone]) => end(worker, gone, endWithinMs(config))))
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
