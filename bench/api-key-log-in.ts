import { startChild } from './child.ts'
import { compareRates } from './compare.ts'
import { rawRequest, runLoad } from './load.ts'
import { below, percent, type Row, whole } from './report.ts'
import { client, type Hello, startRegent, warmRun } from './server-child.ts'

const connections = 32
/** As many server keys as an app may have; each has a user of its own. */
const most = 100
const turns = 5
/** A log-in runs so much code that a turn's warm second leaves half of it uncompiled. */
const warmMs = 5_000

/** Bytes of one answer of the server, so that the bare one sends as many. */
const answerSize = async (url: string, key = ''): Promise<number> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  })
  if (!response.ok) throw new Error(`log-in: ${response.status} ${await response.text()}`)
  return (await response.text()).length
}

/** Log-ins with API keys, beside a bare server that looks the key's hash up and commits once. */
export const benchApiKey = async (durationMs: number): Promise<Row[]> => {
  const regent = await startRegent()
  const { port, clientAppId } = regent.hello
  const path = `${client}/app/${clientAppId}/auth/providers/api-key/login`
  const { said: keys } = await regent.ask<{ said: string[] }>({ ask: 'keys', count: most })
  const size = await answerSize(`http://127.0.0.1:${port}${path}`, keys[0])
  const bare = await startChild<Hello>('./servers/bare-log-in.ts', ['', String(size)])
  try {
    await bare.ask({ keys })
    const requests = keys.map(key => rawRequest('POST', path, { body: { key } }))
    const request = (n: number) => requests[n % most] as Buffer
    const load = { request, connections, durationMs: durationMs / turns }
    await runLoad({ ...load, port, durationMs: warmMs })
    const { measured, reference, share } = await compareRates(
      async () => (await warmRun({ ...load, port })).perSecond,
      async () => (await warmRun({ ...load, port: bare.hello.port })).perSecond,
      turns,
    )
    return [
      {
        what: `API-key login, ${connections} connections`,
        measured: `${whole(measured)}/s`,
        reference: `bare look-up and one commit ${whole(reference)}/s`,
        ratio: percent(share),
        reach: '≥ 60 %',
        missed: below(share, 0.6),
      },
    ]
  } finally {
    await Promise.all([regent.stop(), bare.stop()])
  }
}
