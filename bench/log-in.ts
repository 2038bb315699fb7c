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
    const bareRate = await measureHashRate(durationMs)
    const alone = await warmRun({ ...logIns, connections, durationMs })
    const idle = await warmRun({ ...refreshes, connections: 8, durationMs, rate: refreshRate })
    const [, busy] = await Promise.all([
      runLoad({ ...logIns, connections, durationMs }),
      runLoad({ ...refreshes, connections: 8, durationMs, rate: refreshRate }),
    ])

    const share = alone.perSecond / bareRate
    const more = noRefusals(busy).p99 - idle.p99
    return [
      {
        what: 'password login at saturation',
        measured: `${alone.perSecond.toFixed(1)}/s`,
        reference: `bare argon2id ${bareRate.toFixed(1)}/s`,
        ratio: percent(share),
        reach: '≥ 90 %',
        missed: below(share, 0.9),
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
