import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { rawRequest, runLoad } from './load.ts'
import { client, noRefusals } from './server-child.ts'

const run = promisify(execFile)

export type RefreshLoad = {
  readonly port: number
  /** Refresh tokens, used in turn. */
  readonly tokens: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/** Refreshes a second. */
export type Refresh = (load: RefreshLoad) => Promise<number>

const path = `${client}/auth/session`

/** Requests are made before the first is sent, so that the load costs as little of the cores as it can. */
const scriptOf = (tokens: readonly string[]): string => `
local tokens = { ${tokens.map(token => JSON.stringify(token)).join(', ')} }
local requests = {}
local at = 0
init = function()
  for index, token in ipairs(tokens) do
    requests[index] = wrk.format('POST', '${path}', { authorization = 'Bearer ' .. token }, '')
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
`

const refreshByWrk: Refresh = async ({ port, tokens, connections, seconds }) => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-wrk-'))
  try {
    const script = join(folder, 'refresh.lua')
    await writeFile(script, scriptOf(tokens))
    const options = ['-t1', '--timeout', '20s', `-c${connections}`, `-d${seconds}s`, '-s', script]
    const { stdout } = await run('wrk', [...options, `http://127.0.0.1:${port}/`])
    if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`refreshes failed:\n${stdout}`)
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const refreshByBench: Refresh = async ({ port, tokens, connections, seconds }) => {
  const requests = tokens.map(token => rawRequest('POST', path, { token }))
  const request = (n: number) => requests[n % requests.length] as Buffer
  const load = { port, connections, durationMs: seconds * 1_000, request }
  return noRefusals(await runLoad(load)).perSecond
}

/** `wrk`, where this machine has it, else the load of this bench, which takes more of a core. */
export const chooseLoad = async (): Promise<{
  readonly name: string
  readonly refresh: Refresh
}> => {
  const hasWrk = await run('wrk', ['-v']).then(
    () => true,
    error => error.code !== 'ENOENT',
  )
  return hasWrk
    ? { name: 'wrk', refresh: refreshByWrk }
    : { name: 'the load of this bench, as there is no wrk', refresh: refreshByBench }
}
