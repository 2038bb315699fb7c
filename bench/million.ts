import type { Child } from './child.ts'
import { above, type Row, times, whole } from './report.ts'
import { type Hello, refreshRequests, startRegent, warmRun } from './server-child.ts'

const few = 1_000
const many = 1_000_000
const reads = 20_000

const pointReadMicros = async (regent: Child<Hello>): Promise<number> => {
  await regent.ask({ ask: 'pointReads', count: reads })
  const { said } = await regent.ask<{ said: number }>({ ask: 'pointReads', count: reads })
  return said
}

/** Point reads and refreshes of a store with a million users, beside one with a thousand. */
export const benchMillion = async (durationMs: number): Promise<Row[]> => {
  const small = await startRegent()
  const large = await startRegent()
  try {
    const fewRefreshes = await refreshRequests(small, few)
    const manyRefreshes = await refreshRequests(large, many)
    const fewRead = await pointReadMicros(small)
    const manyRead = await pointReadMicros(large)
    const fewRefreshed = await warmRun({ ...fewRefreshes, connections: 32, durationMs })
    const manyRefreshed = await warmRun({ ...manyRefreshes, connections: 32, durationMs })

    const slowerRead = manyRead / fewRead
    const slowerRefresh = fewRefreshed.perSecond / manyRefreshed.perSecond
    return [
      {
        what: `point read, ${whole(many)} users`,
        measured: `${manyRead.toFixed(1)} µs`,
        reference: `${whole(few)} users ${fewRead.toFixed(1)} µs`,
        ratio: times(slowerRead),
        reach: '≤ 1.5 ×',
        missed: above(slowerRead, 1.5),
      },
      {
        what: `token refresh, ${whole(many)} users`,
        measured: `${whole(manyRefreshed.perSecond)}/s`,
        reference: `${whole(few)} users ${whole(fewRefreshed.perSecond)}/s`,
        ratio: times(slowerRefresh),
        reach: '≤ 1.5 ×',
        missed: above(slowerRefresh, 1.5),
      },
    ]
  } finally {
    await Promise.all([small.stop(), large.stop()])
  }
}
