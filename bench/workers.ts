import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { compareRates } from './compare.ts'
import { below, type Row, times, whole } from './report.ts'
import { client } from './server-child.ts'
import { chooseLoad } from './wrk.ts'

const connections = 128
const users = 500
const turns = 5
const longestMs = 30_000
const bin = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))
const app = fileURLToPath(new URL('../examples/quickstart', import.meta.url))

type Serving = { readonly port: number; readonly tokens: readonly string[]; stop(): Promise<void> }

const portOf = async (data: string): Promise<number> => {
  const since = performance.now()
  while (performance.now() - since < longestMs) {
    await wait(50)
    try {
      const { url } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { url: string }
      if ((await fetch(`${url}/readyz`)).ok) return Number(new URL(url).port)
    } catch {
      // Not there yet.
    }
  }
  throw new Error('regent serve did not answer')
}

const signUp = async (port: number): Promise<string> => {
  const path = `${client}/app/quickstart-aaaaa/auth/providers/anon-user/login`
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  return ((await response.json()) as { refresh_token: string }).refresh_token
}

const makeTokens = async (port: number): Promise<string[]> => {
  const tokens: string[] = []
  while (tokens.length < users) {
    tokens.push(...(await Promise.all(Array.from({ length: 50 }, () => signUp(port)))))
  }
  return tokens
}

const stopped = async (child: ChildProcess): Promise<void> => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

const serve = async (workers: number): Promise<Serving> => {
  const data = mkdtempSync(join(tmpdir(), 'regent-bench-'))
  const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
  const options = ['--port', '0', '--data', data, '--workers', String(workers)]
  const child = spawn(process.execPath, [...flags, bin, 'serve', app, ...options], {
    env: { ...process.env, REGENT_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const port = await portOf(data)
  return {
    port,
    tokens: await makeTokens(port),
    stop: async () => {
      await stopped(child)
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Refreshes by two workers beside a server of one process, in turns, with a load that leaves the cores to them. */
export const benchWorkers = async (durationMs: number): Promise<Row[]> => {
  const { name, refresh } = await chooseLoad()
  const one = await serve(1)
  const two = await serve(2)
  const seconds = Math.max(2, Math.round(durationMs / 2_000))
  const measure = (server: Serving) => () => refresh({ ...server, connections, seconds })
  try {
    for (const server of [one, two]) await measure(server)()
    const { measured, reference, share } = await compareRates(measure(two), measure(one), turns)
    return [
      {
        what: `refreshes of two workers, ${connections} connections (${name})`,
        measured: `${whole(measured)}/s`,
        reference: `one process ${whole(reference)}/s`,
        ratio: times(share),
        reach: '≥ 1.50 ×',
        missed: below(share, 1.5),
      },
    ]
  } finally {
    await Promise.all([one.stop(), two.stop()])
  }
}
