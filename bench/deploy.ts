import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Child, startChild } from './child.ts'
import { above, ms, type Row, times } from './report.ts'
import type { DeployServer } from './servers/deploy.ts'

const functions = 200
const reachMs = 5_000

/** A function of 80 lines, different from all others. */
const source = (index: number): string => {
  const lines = Array.from(
    { length: 76 },
    (_, line) => `  if (order.kind === ${line}) total += order.items[${line}]?.price ?? ${index};`,
  )
  return ['exports = async order => {', '  let total = 0;', ...lines, '  return total;', '};'].join(
    '\n',
  )
}

const filesOf = (changed: number): Record<string, string> => ({
  'root_config.json': JSON.stringify({
    config_version: 20210101,
    app_id: 'bench-aaaaa',
    name: 'bench',
  }),
  'auth/providers.json': '{"anon-user":{"name":"anon-user","type":"anon-user","disabled":false}}',
  'functions/config.json': JSON.stringify(
    Array.from({ length: functions }, (_, index) => ({ name: `f${index}`, private: false })),
  ),
  ...Object.fromEntries(
    Array.from({ length: functions }, (_, index) => [
      `functions/f${index}.js`,
      source(index === 0 ? changed : index),
    ]),
  ),
})

/** Milliseconds from sending the directory to the answer, after which clients are served by it. */
const deploy = async ({ hello }: Child<DeployServer>, changed: number): Promise<number> => {
  const { url, operatorKey, projectId } = hello
  const body = JSON.stringify({ files: filesOf(changed) })
  const began = performance.now()
  const response = await fetch(`${url}/api/admin/v3.0/groups/${projectId}/deploy`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${operatorKey}` },
    body,
  })
  const { outcome } = (await response.json()) as { outcome?: string }
  if (outcome !== 'deployed') throw new Error(`nothing was deployed: ${response.status} ${outcome}`)
  return performance.now() - began
}

/** Milliseconds to write the same files to the disk, each flushed. */
const writeFiles = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'regent-bench-'))
  const began = performance.now()
  for (const [path, content] of Object.entries(filesOf(1_000))) {
    const file = openSync(join(folder, path.replaceAll('/', '_')), 'w')
    writeSync(file, content)
    fsyncSync(file)
    closeSync(file)
  }
  const took = performance.now() - began
  rmSync(folder, { recursive: true, force: true })
  return took
}

/** Deployments of an app with many functions: the first one, and one in which a single function differs. */
export const benchDeploy = async (): Promise<Row[]> => {
  const server = await startChild<DeployServer>('./servers/deploy.ts')
  try {
    const first = await deploy(server, 1_000)
    const second = await deploy(server, 1_001)
    const written = writeFiles()
    const row = (what: string, took: number): Row => ({
      what,
      measured: ms(took),
      reference: `files written and flushed ${ms(written)}`,
      ratio: times(took / written),
      reach: `≤ ${reachMs.toLocaleString('en')} ms`,
      missed: above(took, reachMs),
    })
    return [
      row(`first deployment of ${functions} functions`, first),
      row(`deployment of ${functions} functions, one changed`, second),
    ]
  } finally {
    await server.stop()
  }
}
