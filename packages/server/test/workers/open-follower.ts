import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type EmbeddedDocuments,
  type EmbeddedOptions,
  openEmbedded,
} from '../../src/documents/embedded/index.ts'
import { openRemoteWriters } from '../../src/documents/embedded/processes/follower.ts'
import type { FromOwner } from '../../src/documents/embedded/processes/messages.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'

export type Following = EmbeddedDocuments &
  AsyncDisposable & {
    readonly path: string
    /** The process that writes. */
    readonly owner: ChildProcess
  }

type FollowerOptions = Omit<EmbeddedOptions, 'path' | 'writers'> & {
  readonly room?: NonNullable<Parameters<typeof openRemoteWriters>[1]>
}

const startOwner = (): ChildProcess =>
  fork(fileURLToPath(new URL('./owner-child.ts', import.meta.url)), {
    execArgv: process.execArgv,
    serialization: 'advanced',
  })

/** A store of this process whose file is written by another one. */
export const openFollower = async ({
  room,
  ...options
}: FollowerOptions = {}): Promise<Following> => {
  const folder = await makeFolder()
  const owner = startOwner()
  const ended = once(owner, 'exit')
  const path = join(folder.path, 'test.db')
  const writers = openRemoteWriters(
    {
      send: message => owner.send(message, () => {}),
      onMessage: handle => owner.on('message', message => handle(message as FromOwner)),
      onClose: handle => owner.once('disconnect', handle),
    },
    room,
  )
  const documents = await openEmbedded({ expireEveryMs: 0, ...options, path, writers })
  return {
    ...documents,
    path,
    owner,
    [Symbol.asyncDispose]: async () => {
      await documents.close()
      if (owner.connected) owner.disconnect()
      await ended
      await folder[Symbol.asyncDispose]()
    },
  }
}
