import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HttpContext } from '../context.ts'
import { happeningOf } from './happenings.ts'
import { providerOf } from './request-entry.ts'

const apiOf = (route: string | undefined): string => {
  if (route === undefined) return 'other'
  if (route.startsWith('/api/client/')) return 'client'
  if (route.startsWith('/api/admin/')) return 'admin'
  return route.startsWith('/pages/') ? 'pages' : 'other'
}

/** Counts a request that is over. What no route is for counts as one, whatever its path. */
export const measureRequest = (
  request: FastifyRequest,
  reply: FastifyReply,
  { deps }: HttpContext,
): void => {
  const { metrics } = deps.activity
  const { method, vars, routeOptions } = request
  const { url: route } = routeOptions
  const status = reply.raw.headersSent ? reply.raw.statusCode : 499
  metrics.requests.add({ method, route: route ?? 'none', status: String(status) })
  const seconds = (performance.now() - vars.startedAt) / 1000
  metrics.requestSeconds.observe({ api: apiOf(route) }, seconds)
  const { event, listed } = happeningOf(method, route)
  const result = vars.refusal ?? (status < 400 ? 'ok' : 'unfinished')
  if (event === 'refresh') metrics.refreshes.add({ result })
  if (event === 'login' && (listed === 'all' || vars.refusal !== undefined)) {
    const provider = vars.facts?.provider ?? providerOf(request) ?? 'unknown'
    metrics.logIns.add({ provider, result })
  }
}
