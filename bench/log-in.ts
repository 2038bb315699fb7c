import { compareRates } from './compare.ts'
import { measureHashRate } from './hash-rate.ts'
import { runLoad } from './load.ts'
import { above, below, ms, percent, type Row, whole } from './report.ts'
import {
  logInRequests,
  noRefusals,
  refreshRequests,
  register,
  signUpRequests,
  startRegent,
  warmRun,
} from './server-child.ts'

const accounts = 200
const connections = 16
const turns = 5
/** A log-in runs the code of a sign-up and a hash; log-ins alone are too few to have it compiled in seconds. */
const warmMs = 3_000
/** Refreshes a second beside the log-ins: a tenth of what the server can do alone. */
const refreshRate = 200

/** Password log-ins beside the bare hash, and what they do to the latency of refreshes. */
export const benchLogIn = async (durationMs: number): Promise<Row[]> => {
  const regent = await startRegent()
  try {
    const logIns = logInRequests(regent, await register(regent, accounts))
    const refreshes = await refreshRequests(regent, 2_000)
    await runLoad({ ...signUpRequests(regent), connections, durationMs: warmMs })
    const turnMs = (2 * durationMs) / turns
    const alone = await compareRates(
      async () => (await warmRun({ ...logIns, connections, durationMs: turnMs })).perSecond,
      () => measureHashRate(turnMs),
      turns,
    )
    const idle = await warmRun({ ...refreshes, connections: 8, durationMs, rate: refreshRate })
    const [, busy] = await Promise.all([
      runLoad({ ...logIns, connections, durationMs }),
      runLoad({ ...refreshes, connections: 8, durationMs, rate: refreshRate }),
    ])

    const more = noRefusals(busy).p99 - idle.p99
    return [
      {
        what: 'password login at saturation',
        measured: `${alone.measured.toFixed(1)}/s`,
        reference: `bare argon2id ${alone.reference.toFixed(1)}/s`,
        ratio: percent(alone.share),
        reach: '≥ 90 %',
        missed: below(alone.share, 0.9),
      },
      {
        what: `refresh p99 while logins saturate (${whole(refreshRate)}/s)`,
        measured: ms(busy.p99),
        reference: `idle ${ms(idle.p99)}`,
        ratio: `+ ${ms(more)}`,
        reach: '≤ + 25 ms',
        missed: above(more, 25),
      },
    ]
  } finally {
    await regent.stop()
  }
}
