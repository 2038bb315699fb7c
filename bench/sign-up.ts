import { runLoad } from './load.ts'
import { above, below, type Row, times, whole } from './report.ts'
import { noRefusals, signUpRequests, startRegent } from './server-child.ts'

type Counters = { readonly commits: number; readonly writes: number; readonly checkpoints: number }

const connections = 64

const measure = async (maxBatch: number, durationMs: number) => {
  const regent = await startRegent({ maxBatch })
  try {
    const signUps = signUpRequests(regent)
    await runLoad({ ...signUps, connections, durationMs: 1_000 })
    const { said: before } = await regent.ask<{ said: Counters }>({ ask: 'counters' })
    const result = noRefusals(await runLoad({ ...signUps, connections, durationMs }))
    const { said: after } = await regent.ask<{ said: Counters }>({ ask: 'counters' })
    return { perSecond: result.perSecond, flushes: flushesOf(after, before) / result.answered }
  } finally {
    await regent.stop()
  }
}

/** Each commit is flushed once; a checkpoint flushes the log and the file. */
const flushesOf = (after: Counters, before: Counters): number =>
  after.commits - before.commits + 2 * (after.checkpoints - before.checkpoints)

/** Anonymous sign-ups, each durable, beside the same server that commits writes one by one. */
export const benchSignUp = async (durationMs: number): Promise<Row[]> => {
  const single = await measure(1, durationMs)
  const grouped = await measure(1_000, durationMs)
  const faster = grouped.perSecond / single.perSecond
  return [
    {
      what: `anonymous sign-ups, ${connections} connections`,
      measured: `${whole(grouped.perSecond)}/s`,
      reference: `batches of one ${whole(single.perSecond)}/s`,
      ratio: times(faster),
      reach: '≥ 3 ×',
      missed: below(faster, 3),
    },
    {
      what: 'flushes a sign-up',
      measured: grouped.flushes.toFixed(3),
      reference: `batches of one ${single.flushes.toFixed(3)}`,
      ratio: times(grouped.flushes / single.flushes),
      reach: '≤ 0.25',
      missed: above(grouped.flushes, 0.25),
    },
  ]
}
