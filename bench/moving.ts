import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { type Child, startChild } from './child.ts'
import { emailOf, kinds, writeMovedUsers } from './moved-users.ts'
import { above, below, percent, type Row, whole } from './report.ts'
import { client, type Hello } from './server-child.ts'

type MovingHello = Hello & { readonly data: string }
type Said = { readonly said: number }

const count = Number(process.env.REGENT_BENCH_USERS ?? 100_000)
/** Documents that the engine alone is measured with. */
const engineUsers = Math.min(count, 50_000)
/** Of the file that is imported when the command is killed. */
const killAt = 50
const mostGrowth = 96 * 1_048_576

const bin = fileURLToPath(new URL('../packages/cli/src/bin.ts', import.meta.url))

/** Runs the command; with `killAt` until it has shown so many percent. Resolves milliseconds. */
const runCli = (argv: readonly string[], cwd: string, killed?: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const began = performance.now()
    const flags = ['--conditions=source', '--disable-warning=ExperimentalWarning']
    const child = spawn(process.execPath, [...flags, bin, ...argv], {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let complained = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text
      const [shown] = text.match(/\d+(?= %)/g)?.slice(-1) ?? []
      if (killed !== undefined && Number(shown) >= killed) child.kill('SIGKILL')
    })
    child.on('close', (code, signal) => {
      if (code === 0 || (killed !== undefined && signal === 'SIGKILL')) {
        resolve(performance.now() - began)
      } else reject(new Error(`regent ${argv.join(' ')}: ${code}\n${complained}`))
    })
  })

const logIn = async ({ hello }: Child<MovingHello>, at: number): Promise<void> => {
  const url = `http://127.0.0.1:${hello.port}${client}/app/${hello.clientAppId}/auth/providers/local-userpass/login`
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      username: emailOf(at),
      password: kinds[at % kinds.length]?.password,
    }),
  })
  if (!response.ok) throw new Error(`${emailOf(at)} cannot log in: ${await response.text()}`)
}

const rowsOf = (measured: {
  readonly perSecond: number
  readonly seconds: number
  readonly engine: number
  readonly exported: number
  readonly growth: number
}): Row[] => {
  const { perSecond, seconds, engine, exported, growth } = measured
  const part = (3 * perSecond) / engine
  return [
    {
      what: `users imported, ${whole(count)}, killed half-way`,
      measured: `${whole(perSecond)}/s`,
      reference: `${seconds.toFixed(0)} s in all`,
      ratio: '',
      reach: '≥ 2,500/s',
      missed: below(perSecond, 2_500),
    },
    {
      what: 'documents imported',
      measured: `${whole(3 * perSecond)}/s`,
      reference: `engine ${whole(engine)}/s`,
      ratio: percent(part),
      reach: '≥ 50 %',
      missed: below(part, 0.5),
    },
    {
      what: 'users exported',
      measured: `${whole(exported)}/s`,
      reference: '',
      ratio: '',
      reach: '≥ 20,000/s',
      missed: below(exported, 20_000),
    },
    {
      what: 'memory while users are exported',
      measured: `+ ${whole(growth / 1_048_576)} MiB`,
      reference: `${whole(count)} users`,
      ratio: '',
      reach: `≤ + ${whole(mostGrowth / 1_048_576)} MiB`,
      missed: above(growth, mostGrowth),
    },
  ]
}

/** An import that is killed half-way and goes on, beside the engine's own bulk rate; log-ins; an export. */
export const benchMoving = async (): Promise<Row[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-bench-moving-'))
  const server = await startChild<MovingHello>('./servers/moving.ts')
  try {
    await writeMovedUsers(join(folder, 'users.jsonl'), count)
    const options = ['--data', server.hello.data]
    const first = await runCli(['users', 'import', 'users.jsonl', ...options], folder, killAt)
    const second = await runCli(['users', 'import', 'users.jsonl', ...options], folder)
    const { said: made } = await server.ask<Said>({ ask: 'count' })
    if (made !== count) throw new Error(`${made} users were made of ${count}`)
    for (let at = 0; at < kinds.length; at += 1) await logIn(server, at)

    await server.ask({ ask: 'begin' })
    const exporting = await runCli(['users', 'export', 'out.jsonl', ...options], folder)
    const { said: growth } = await server.ask<Said>({ ask: 'growth' })
    const { said: engine } = await server.ask<Said>({ ask: 'engine', count: engineUsers })
    const seconds = (first + second) / 1000
    return rowsOf({
      perSecond: count / seconds,
      seconds,
      engine,
      exported: (count / exporting) * 1000,
      growth,
    })
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
