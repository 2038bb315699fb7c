import type { AggregatorRegistry } from 'prom-client'
import type { Series } from './series.ts'

type Aggregate = typeof AggregatorRegistry.aggregate

/** Loaded by the first reading: most servers at most times are read by nobody. */
let loading: Promise<Aggregate> | undefined

const load = async (): Promise<Aggregate> =>
  (await import('prom-client')).default.AggregatorRegistry.aggregate

/** Series of one process or several, as one text that Prometheus reads. */
export const toExposition = async (
  ofProcesses: readonly (readonly Series[])[],
): Promise<{ readonly type: string; readonly text: string }> => {
  loading ??= load()
  const aggregate = await loading
  const registry = aggregate([...ofProcesses])
  return { type: registry.contentType, text: await registry.metrics() }
}
