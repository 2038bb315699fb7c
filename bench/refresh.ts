import { startChild } from './child.ts'
import { above, below, ms, percent, type Row, times, whole } from './report.ts'
import { client, type Hello, refreshRequests, startRegent, warmRun } from './server-child.ts'

const connections = 32
const users = 2_000

/** Token refresh beside a bare `node:http` server that signs once for each answer of the same size. */
export const benchRefresh = async (durationMs: number): Promise<Row[]> => {
  const regent = await startRegent()
  const ours = await refreshRequests(regent, users)
  const bare = await startChild<Hello>('./servers/bare.ts', [String(await answerSize(ours))])
  const floor = { port: bare.hello.port, request: ours.request }
  try {
    const floorFull = await warmRun({ ...floor, connections, durationMs })
    const oursFull = await warmRun({ ...ours, connections, durationMs })
    const rate = oursFull.perSecond / 2
    const floorHalf = await warmRun({ ...floor, connections, durationMs, rate })
    const oursHalf = await warmRun({ ...ours, connections, durationMs, rate })

    const share = oursFull.perSecond / floorFull.perSecond
    const slower = oursHalf.p99 / floorHalf.p99
    return [
      {
        what: `token refresh, ${connections} connections`,
        measured: `${whole(oursFull.perSecond)}/s`,
        reference: `bare node:http ${whole(floorFull.perSecond)}/s`,
        ratio: percent(share),
        reach: '≥ 35 %',
        missed: below(share, 0.35),
      },
      {
        what: `refresh p99 at half capacity (${whole(rate)}/s)`,
        measured: ms(oursHalf.p99),
        reference: `bare node:http ${ms(floorHalf.p99)}`,
        ratio: times(slower),
        reach: '≤ 4 ×',
        missed: above(slower, 4),
      },
    ]
  } finally {
    await Promise.all([regent.stop(), bare.stop()])
  }
}

/** Token refresh of users with custom data beside that of users without. */
export const benchCustomData = async (durationMs: number): Promise<Row[]> => {
  const plain = await startRegent()
  const rich = await startRegent({ withCustomData: true })
  try {
    const without = await refreshRequests(plain, users)
    const withData = await refreshRequests(rich, users)
    const floor = await warmRun({ ...without, connections, durationMs })
    const ours = await warmRun({ ...withData, connections, durationMs })
    const share = ours.perSecond / floor.perSecond
    return [
      {
        what: `token refresh with custom user data, ${connections} connections`,
        measured: `${whole(ours.perSecond)}/s`,
        reference: `without ${whole(floor.perSecond)}/s`,
        ratio: percent(share),
        reach: '≥ 60 %',
        missed: below(share, 0.6),
      },
    ]
  } finally {
    await Promise.all([plain.stop(), rich.stop()])
  }
}

/** Bytes of one answer of the server, so that the bare one sends as many. */
const answerSize = async ({ port, request }: Awaited<ReturnType<typeof refreshRequests>>) => {
  const authorization = /authorization: (.+)\r\n/.exec(request(0).toString())?.[1] ?? ''
  const response = await fetch(`http://127.0.0.1:${port}${client}/auth/session`, {
    method: 'POST',
    headers: { authorization },
  })
  return (await response.text()).length
}
