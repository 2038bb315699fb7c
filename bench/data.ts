import { runLoad } from './load.ts'
import { above, ms, type Row, whole } from './report.ts'
import { noRefusals, refreshRequests, startRegent, warmRun } from './server-child.ts'
import type { LoadDone, LoadKind } from './servers/data-loads.ts'

const users = 2_000
const documents = 1_000_000
/** Refreshes a second: a tenth of what the server can do alone. */
const rate = 200
const connections = 8
const reachMs = 10

const loads: Readonly<Record<LoadKind, string>> = {
  scan: `scans of ${whole(documents)} documents`,
  regex: 'reads with a backtracking pattern',
  updateMany: `updateMany of ${whole(documents)} documents`,
}

/** What work on a million documents of the same file does to the latency of refreshes. */
export const benchData = async (durationMs: number): Promise<Row[]> => {
  const regent = await startRegent()
  try {
    const refreshes = await refreshRequests(regent, users)
    await regent.ask({ ask: 'fill', count: documents })
    const run = { ...refreshes, connections, durationMs, rate }
    const rows: Row[] = []
    for (const [load, what] of Object.entries(loads)) {
      const idle = await warmRun(run)
      await regent.ask({ ask: 'begin', load })
      const busy = noRefusals(await runLoad(run))
      const { said } = await regent.ask<{ said: LoadDone }>({ ask: 'end' })
      if (said.rounds === 0) throw new Error(`${what}: nothing was done`)
      const more = busy.p99 - idle.p99
      rows.push({
        what: `refresh p99 during ${what}`,
        measured: ms(busy.p99),
        reference: `idle ${ms(idle.p99)}`,
        ratio: `${more < 0 ? '-' : '+'} ${ms(Math.abs(more))}`,
        reach: `≤ + ${reachMs} ms`,
        missed: above(more, reachMs),
      })
    }
    return rows
  } finally {
    await regent.stop()
  }
}
