import { monitorEventLoopDelay } from 'node:perf_hooks'
import { gauge, type Series } from './series.ts'

const seconds = (nanoseconds: number): number =>
  Number.isFinite(nanoseconds) ? nanoseconds / 1e9 : 0

const resolutionMs = 10

/**
 * Memory, time and delays of this process. Delays are those since they were read last; they are measured from the first
 * reading on, so that a server that nobody watches spends nothing on it.
 */
export const openProcessSeries = (): (() => readonly Series[]) => {
  let delays: ReturnType<typeof monitorEventLoopDelay> | undefined

  const readDelays = (): Series => {
    const measured = delays
    if (!measured) {
      delays = monitorEventLoopDelay({ resolution: resolutionMs })
      delays.enable()
    }
    const ofQuantile = (quantile: string, value: number) => ({
      value: Math.max(0, seconds(value) - resolutionMs / 1000),
      labels: { quantile },
    })
    const values = measured
      ? [
          ofQuantile('0.5', measured.percentile(50)),
          ofQuantile('0.99', measured.percentile(99)),
          ofQuantile('1', measured.max),
        ]
      : []
    measured?.reset()
    return gauge(
      {
        name: 'regent_event_loop_delay_seconds',
        help: 'How late the event loop was since the last reading; of several processes the worst.',
      },
      values,
      'max',
    )
  }

  return () => {
    const { user, system } = process.cpuUsage()
    const { rss, heapUsed } = process.memoryUsage()
    return [
      readDelays(),
      gauge({ name: 'regent_resident_memory_bytes', help: 'Resident memory.' }, rss),
      gauge({ name: 'regent_heap_used_bytes', help: 'Memory of JavaScript objects.' }, heapUsed),
      {
        name: 'regent_cpu_seconds_total',
        help: 'Time spent on a core.',
        type: 'counter',
        aggregator: 'sum',
        values: [{ value: (user + system) / 1e6, labels: {} }],
      },
      gauge(
        { name: 'regent_uptime_seconds', help: 'Age of the oldest process.' },
        process.uptime(),
        'max',
      ),
      gauge({ name: 'regent_processes', help: 'Processes that answer requests.' }, 1),
    ]
  }
}
