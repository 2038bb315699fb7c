import type { Series } from '../activity/metrics/series.ts'
import type { Deps } from '../deps.ts'
import type { Operators } from '../use-cases/operators/log-in.ts'
import type { BaseUrl } from './base-url.ts'
import type { Bodies } from './bodies.ts'
import type { Streams } from './streams.ts'

/** What the HTTP rooms share beside `Deps`. */
export type HttpContext = {
  readonly deps: Deps
  readonly baseUrl: BaseUrl
  /** 24 hex characters, made once per store. */
  readonly projectId: string
  /** Log-in to the Admin API. */
  readonly operators: Operators
  /** Memory for large bodies. */
  readonly bodies: Bodies
  /** Metrics of all processes that serve this data folder; absent where this one is alone. */
  readonly gatherMetrics?: () => Promise<readonly (readonly Series[])[]>
  /** Event streams that are open. */
  readonly streams: Streams
  /** True from the moment the server is told to stop. */
  readonly isStopping: () => boolean
}
