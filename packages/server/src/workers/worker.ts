import cluster from 'node:cluster'
import { openRemoteWriters, type RemoteWriters } from '../documents/embedded/processes/follower.ts'
import { type MetricsToWorker, type MetricsWorker, openMetricsWorker } from './metrics.ts'
import type { FromWorker, ToWorker } from './primary.ts'

/** What a worker knows of the process that owns the files. */
export type Membership = {
  readonly writers: RemoteWriters
  /** True for the one that deploys what the command names, and says what concerns all. */
  readonly isFirst: boolean
  /** The process that others know as the server. */
  readonly primaryPid: number
  /** Metrics of all workers, and of the primary. */
  readonly metrics: Pick<MetricsWorker, 'answerWith' | 'gather'>
  /** Tells the primary that this worker answers requests. */
  ready(): void
}

/** Node ends a worker whose primary is gone, so that there is nobody to hear of it. */
const ignore = (): void => {}

const isOfMetrics = (message: ToWorker): message is MetricsToWorker =>
  message.kind === 'tellMetrics' || message.kind === 'allMetrics'

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, ignore)
}

/** This process as a worker; `undefined` when it is none. A worker ends with its primary. */
export const joinPrimary = (): Membership | undefined => {
  if (!cluster.isWorker) return undefined
  const metrics = openMetricsWorker(send)
  const writers = openRemoteWriters({
    send,
    onMessage: handle =>
      process.on('message', (message: ToWorker) => {
        if (isOfMetrics(message)) metrics.receive(message)
        else handle(message)
      }),
    onClose: handle => process.once('disconnect', handle),
  })
  return {
    writers,
    metrics,
    isFirst: cluster.worker?.id === 1,
    primaryPid: process.ppid,
    ready: () => send({ kind: 'ready' }),
  }
}
