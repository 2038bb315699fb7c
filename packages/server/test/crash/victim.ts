import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestServer } from '@regent/server/testing'
import type { Session } from '../../src/domain/session.ts'
import type { User } from '../../src/domain/user.ts'
import type { IdentityClaim } from '../../src/store/identities.ts'
import type { Doom } from './doomed-documents.ts'
import type { Question } from './doomed-server.ts'

/** A server in a process of its own, which may be killed at any write. */
export type Victim = Pick<TestServer, 'operatorKey' | 'projectId' | 'apps'> & {
  /** Resolves `undefined` when the server died before it answered. */
  request(
    method: string,
    path: string,
    options?: { readonly json?: object; readonly bearer?: string },
  ): Promise<Response | undefined>
  doom(doom: Doom): Promise<void>
  /** Sweeps as eleven minutes later; resolves what should hold after that and does not. */
  sweep(): Promise<string[]>
  /** Lets the grace period of a user who is to be deleted be over. */
  expire(userId: string): Promise<void>
  /** Deletes whose grace period is over; resolves `undefined` when the server died before. */
  endGrace(): Promise<Response | undefined>
  look(userId: string): Promise<{
    user: User | null
    claims: IdentityClaim[]
    sessions: Session[]
  }>
  /** Waits until triggers were told of every event; `undefined` when the server died before. */
  told(): Promise<{ lines: string[]; userIds: string[] } | undefined>
  kill(): Promise<void>
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const start = (dataDir: string): ChildProcess =>
  fork(fileURLToPath(new URL('./doomed-server.ts', import.meta.url)), [dataDir], {
    execArgv: process.execArgv,
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'regent-compile-cache') },
  })

export const startVictim = async (dataDir: string): Promise<Victim> => {
  const child = start(dataDir)
  const ended = once(child, 'exit').then(() => {
    throw new Error('the server ended before it answered')
  })
  ended.catch(() => {})
  const hear = async (): Promise<unknown> => {
    const [message] = await Promise.race([once(child, 'message'), ended])
    return message
  }
  const ask = async (question: Question): Promise<unknown> => {
    const heard = hear()
    child.send(question)
    return heard
  }
  const { url, ...server } = (await hear()) as TestServer
  return {
    ...server,
    request: async (method, path, { json, bearer } = {}) => {
      try {
        return await fetch(`${url}${path}`, {
          method,
          headers: {
            ...(json && { 'content-type': 'application/json' }),
            ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
          },
          ...(json && { body: JSON.stringify(json) }),
        })
      } catch {
        return undefined
      }
    },
    doom: async doom => {
      await ask({ ask: 'doom', doom })
    },
    sweep: () => ask({ ask: 'sweep' }) as Promise<string[]>,
    expire: async userId => {
      await ask({ ask: 'expire', userId })
    },
    endGrace: () =>
      ask({ ask: 'endGrace' }).then(
        () => new Response(),
        () => undefined,
      ),
    look: userId => ask({ ask: 'look', userId }) as ReturnType<Victim['look']>,
    told: () => (ask({ ask: 'told' }) as ReturnType<Victim['told']>).catch(() => undefined),
    kill: () => stop(child),
  }
}
