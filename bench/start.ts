import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { above, ms, type Row } from './report.ts'

const port = 9_476
const settleMs = 5_000
const longestMs = 30_000
const root = fileURLToPath(new URL('..', import.meta.url))

const answers = async (): Promise<boolean> => {
  const url = `http://127.0.0.1:${port}/api/client/v2.0/app/quickstart-aaaaa/location`
  return fetch(url).then(
    response => response.ok,
    () => false,
  )
}

type Started = { readonly firstAnswerMs: number; readonly idleMb: number }

/** Starts the example as a person would, times the first answer, and reads the server's resident memory. */
const start = async (data: string): Promise<Started> => {
  const began = performance.now()
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, REGENT_PORT: String(port), REGENT_DATA: data },
    stdio: 'ignore',
    detached: true,
  })
  try {
    while (!(await answers())) {
      if (performance.now() - began > longestMs) throw new Error('`npm start` did not answer')
      await wait(10)
    }
    const firstAnswerMs = performance.now() - began
    await wait(settleMs)
    const { pid } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { pid: number }
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return { firstAnswerMs, idleMb: (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024) / 1e6 }
  } finally {
    const ended = new Promise(resolve => npm.once('exit', resolve))
    process.kill(-(npm.pid as number), 'SIGTERM')
    await ended
  }
}

const measureBareNode = async (): Promise<number> => {
  const began = performance.now()
  const node = spawn(process.execPath, ['-e', ''])
  await new Promise(resolve => node.once('exit', resolve))
  return performance.now() - began
}

/** `npm start` the second time: until the first answer, and what it keeps in memory. */
export const benchStart = async (): Promise<Row[]> => {
  const data = mkdtempSync(join(tmpdir(), 'regent-bench-'))
  try {
    await start(data)
    const again = await start(data)
    const bare = await measureBareNode()
    return [
      {
        what: '`npm start` the second time, to first answer',
        measured: ms(again.firstAnswerMs),
        reference: `bare node ${ms(bare)}`,
        ratio: `${(again.firstAnswerMs / bare).toFixed(1)} ×`,
        reach: '≤ 1,500 ms',
        missed: above(again.firstAnswerMs, 1_500),
      },
      {
        what: 'resident memory, idle',
        measured: `${again.idleMb.toFixed(0)} MB`,
        reference: '–',
        ratio: '–',
        reach: '≤ 150 MB',
        missed: above(again.idleMb, 150),
      },
    ]
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}
