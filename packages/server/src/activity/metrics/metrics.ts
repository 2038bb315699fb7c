import { type Counter, type Histogram, openCounter, openHistogram, type Series } from './series.ts'

/** Numbers of this process, for machines that watch it. Counting costs no more than a look into a map. */
export type Metrics = {
  readonly requests: Counter<'method' | 'route' | 'status'>
  /** `api`: `client`, `admin`, `pages` or `other`. */
  readonly requestSeconds: Histogram<'api'>
  /** `result`: `ok`, or the refusal. */
  readonly logIns: Counter<'provider' | 'result'>
  readonly refreshes: Counter<'result'>
  /** `result`: `ok`, or how the function failed. */
  readonly functionCalls: Counter<'app' | 'function' | 'result'>
  readonly functionSeconds: Histogram<'app'>
  readonly letters: Counter<'result'>
  /** Adds series that somebody else knows. */
  add(read: () => readonly Series[]): void
  /** Everything, as of now. */
  read(): readonly Series[]
}

export const openMetrics = (): Metrics => {
  const counted = {
    requests: openCounter<'method' | 'route' | 'status'>({
      name: 'regent_http_requests_total',
      help: 'Requests that were answered, by route and HTTP status.',
    }),
    requestSeconds: openHistogram<'api'>({
      name: 'regent_http_request_seconds',
      help: 'Time from the headers of a request to the end of its answer.',
    }),
    logIns: openCounter<'provider' | 'result'>({
      name: 'regent_logins_total',
      help: 'Log-ins and links, by auth provider and result.',
    }),
    refreshes: openCounter<'result'>({
      name: 'regent_refreshes_total',
      help: 'Refreshes of access tokens, by result.',
    }),
    functionCalls: openCounter<'app' | 'function' | 'result'>({
      name: 'regent_function_calls_total',
      help: "Calls of the apps' functions, by result.",
    }),
    functionSeconds: openHistogram<'app'>({
      name: 'regent_function_seconds',
      help: "Time that calls of the apps' functions took, waiting included.",
    }),
    letters: openCounter<'result'>({
      name: 'regent_mails_total',
      help: 'Mails handed over, by result.',
    }),
  }
  const others: (() => readonly Series[])[] = []
  return {
    ...counted,
    add: read => others.push(read),
    read: () => [
      ...Object.values(counted).map(series => series.read()),
      ...others.flatMap(read => read()),
    ],
  }
}
