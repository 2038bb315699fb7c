import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpContext } from '../context.ts'
import { happeningOf } from './happenings.ts'
import { providerOf } from './request-entry.ts'

/** What is counted of the requests to one route. */
type Measured = {
  readonly api: string
  readonly isRefresh: boolean
  readonly isLogIn: boolean
  /** True when only refused ones are log-ins. */
  readonly isLogInWhenRefused: boolean
  readonly byStatus: Map<number, { value: number }>
}

const apiOf = (route: string | undefined): string => {
  if (route === undefined) return 'other'
  if (route.startsWith('/api/client/')) return 'client'
  if (route.startsWith('/api/admin/')) return 'admin'
  return route.startsWith('/pages/') ? 'pages' : 'other'
}

const toMeasured = (method: string, route: string | undefined): Measured => {
  const { event, listed } = happeningOf(method, route)
  return {
    api: apiOf(route),
    isRefresh: event === 'refresh',
    isLogIn: event === 'login',
    isLogInWhenRefused: listed === 'failures',
    byStatus: new Map(),
  }
}

/** Counts requests that are over. What no route is for counts as one, whatever its path. */
export const openMeasuring = ({
  deps,
}: HttpContext): ((request: FastifyRequest, reply: FastifyReply) => void) => {
  const { metrics } = deps.activity
  const byRoute = new WeakMap<object, Measured>()

  return (request, reply) => {
    const { method, vars } = request
    const { config, url: route } = request.routeOptions
    let measured = byRoute.get(config)
    if (!measured) {
      measured = toMeasured(method, route)
      byRoute.set(config, measured)
    }
    const status = reply.raw.headersSent ? reply.raw.statusCode : 499
    let cell = measured.byStatus.get(status)
    if (!cell) {
      const ofRoute = route === undefined ? { method: 'any', route: 'none' } : { method, route }
      cell = metrics.requests.cell({ ...ofRoute, status: String(status) })
      measured.byStatus.set(status, cell)
    }
    cell.value += 1
    const seconds = (performance.now() - vars.startedAt) / 1000
    metrics.requestSeconds.observe({ api: measured.api }, seconds)
    const result = vars.refusal ?? (status < 400 ? 'ok' : 'unfinished')
    if (measured.isRefresh) metrics.refreshes.add({ result })
    if (!measured.isLogIn || (measured.isLogInWhenRefused && vars.refusal === undefined)) return
    const provider = vars.facts?.provider ?? providerOf(request) ?? 'unknown'
    metrics.logIns.add({ provider, result })
  }
}
