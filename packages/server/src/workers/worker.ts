import cluster from 'node:cluster'
import { openRemoteWriters, type RemoteWriters } from '../documents/embedded/processes/follower.ts'
import type { FromOwner } from '../documents/embedded/processes/messages.ts'
import type { FromWorker } from './primary.ts'

/** What a worker knows of the process that owns the files. */
export type Membership = {
  readonly writers: RemoteWriters
  /** True for the one that deploys what the command names, and says what concerns all. */
  readonly isFirst: boolean
  /** The process that others know as the server. */
  readonly primaryPid: number
  /** Tells the primary that this worker answers requests. */
  ready(): void
}

/** Node ends a worker whose primary is gone, so that there is nobody to hear of it. */
const ignore = (): void => {}

const send = (message: FromWorker): void => {
  if (process.connected) process.send?.(message, ignore)
}

/** This process as a worker; `undefined` when it is none. A worker ends with its primary. */
export const joinPrimary = (): Membership | undefined => {
  if (!cluster.isWorker) return undefined
  const writers = openRemoteWriters({
    send,
    onMessage: handle => process.on('message', (message: FromOwner) => handle(message)),
    onClose: handle => process.once('disconnect', handle),
  })
  return {
    writers,
    isFirst: cluster.worker?.id === 1,
    primaryPid: process.ppid,
    ready: () => send({ kind: 'ready' }),
  }
}
