import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, Credentials, RegentError } from '@regent/sdk'
import { type Child, startChild } from './child.ts'
import { above, below, ms, type Row, whole } from './report.ts'
import { type Hello, startRegent } from './server-child.ts'

const calls = 1_000
const users = 100
const starts = 5
const tokenLifeMs = 30 * 60_000

const urlOf = ({ hello }: Child<Hello>): string => `http://127.0.0.1:${hello.port}`

/** Calls at once with an access token that is too old: each is refused once and sent again. */
const countRefreshes = async (regent: Child<Hello>): Promise<number> => {
  let refreshes = 0
  const app = new App({
    id: regent.hello.clientAppId,
    baseUrl: urlOf(regent),
    metadata: { mode: 'inMemory' },
    fetch: (url, init) => {
      if (init.method === 'POST' && url.endsWith('/auth/session')) refreshes += 1
      return fetch(url, init)
    },
  })
  const user = await app.logIn(Credentials.anonymous())
  await regent.ask({ ask: 'advance', milliseconds: tokenLifeMs })
  const link = () =>
    user.linkCredentials(Credentials.jwt('of a provider that the app does not have'))
  const ended = await Promise.allSettled(Array.from({ length: calls }, link))
  for (const call of ended) {
    const error: unknown = call.status === 'rejected' ? call.reason : undefined
    if (!(error instanceof RegentError) || error.errorCode !== 'AuthProviderNotFound') {
      throw new Error('a call was not answered as with a good token', { cause: error })
    }
  }
  return refreshes
}

type OfflineStart = { readonly users: number; readonly current?: string; readonly tookMs: number }

/** Milliseconds from `new App` to the users, in a process that has just loaded the SDK; the median of a few. */
const timeOfflineStart = async (regent: Child<Hello>, folder: string): Promise<number> => {
  const { clientAppId } = regent.hello
  const app = new App({ id: clientAppId, baseUrl: urlOf(regent), baseFilePath: folder })
  for (let made = 0; made < users; made += 1) await app.logIn(Credentials.anonymous(false))
  const took: number[] = []
  while (took.length < starts) {
    const child = await startChild<OfflineStart>('./servers/offline.ts', [folder, clientAppId])
    const { hello } = child
    await child.stop()
    if (hello.users !== users || hello.current !== app.currentUser?.id) {
      throw new Error(`${hello.users} users were there`)
    }
    took.push(hello.tookMs)
  }
  return took.toSorted((a, b) => a - b)[Math.floor(starts / 2)] as number
}

/** What the SDK does with a token that is too old, and how it starts without a network. */
export const benchSdk = async (): Promise<Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'regent-bench-sdk-'))
  const regent = await startRegent()
  try {
    const refreshes = await countRefreshes(regent)
    const offlineMs = await timeOfflineStart(regent, folder)
    return [
      {
        what: `SDK: ${whole(calls)} calls at once with an expired token`,
        measured: `${refreshes} refresh`,
        reference: '–',
        ratio: '–',
        reach: 'exactly 1',
        missed: Math.max(above(refreshes, 1), below(refreshes, 1)),
      },
      {
        what: `SDK: start offline with ${users} cached users`,
        measured: ms(offlineMs),
        reference: '–',
        ratio: '–',
        reach: '≤ 50 ms',
        missed: above(offlineMs, 50),
      },
    ]
  } finally {
    await regent.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
