import { startChild } from './child.ts'
import { runLoad } from './load.ts'
import { above, below, ms, percent, type Row, whole } from './report.ts'
import { type Hello, noRefusals, refreshRequests, warmRun } from './server-child.ts'
import type { Compared } from './servers/functions.ts'

const users = 2_000
const atOnce = 16
/** Refreshes a second: a tenth of what the server can do alone. */
const rate = 200
const connections = 8
const reachMs = 25

type Said<Value> = { readonly said: Value }

/** The app's functions: what a call costs beside a message to a thread, and what busy ones do to refreshes. */
export const benchFunctions = async (durationMs: number): Promise<Row[]> => {
  const server = await startChild<Hello>('./servers/functions.ts')
  try {
    const { said } = await server.ask<Said<Compared>>({ ask: 'compare', atOnce, durationMs })
    const share = said.calls / said.messages

    const refreshes = { ...(await refreshRequests(server, users)), connections, durationMs, rate }
    const idle = await warmRun(refreshes)
    await server.ask({ ask: 'begin', atOnce })
    const busy = noRefusals(await runLoad(refreshes))
    const done = await server.ask<Said<number>>({ ask: 'end' })
    if (done.said === 0) throw new Error('no busy function came to its end')
    const more = busy.p99 - idle.p99
    return [
      {
        what: `function calls in process, ${atOnce} at a time`,
        measured: `${whole(said.calls)}/s`,
        reference: `bare messages to a thread ${whole(said.messages)}/s`,
        ratio: percent(share),
        reach: '≥ 50 %',
        missed: below(share, 0.5),
      },
      {
        what: `refresh p99 during ${atOnce} busy functions`,
        measured: ms(busy.p99),
        reference: `idle ${ms(idle.p99)}`,
        ratio: `${more < 0 ? '-' : '+'} ${ms(Math.abs(more))}`,
        reach: `≤ + ${reachMs} ms`,
        missed: above(more, reachMs),
      },
    ]
  } finally {
    await server.stop()
  }
}
