import { timingSafeEqual } from 'node:crypto'
import { serverPaths } from '@regent/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { toExposition } from '../activity/metrics/exposition.ts'
import { gauge } from '../activity/metrics/series.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { HttpContext } from '../http/context.ts'
import type { InFlight } from '../http/in-flight.ts'
import { readBearer } from '../http/require-session.ts'

/** What a proxy adds: behind one on this machine everybody seems to come from here. */
const forwarded = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

const isFromHere = ({ raw }: FastifyRequest): boolean =>
  /^(?:::ffff:)?127\.|^::1$/.test(raw.socket.remoteAddress ?? '') &&
  forwarded.every(name => raw.headers[name] === undefined)

const isEqual = (left: string, right: string): boolean => {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** @throws `routeNotFound`, `noSession`, `bearerEmpty`, `sessionInvalid` */
const requireReader = ({ config }: Deps, request: FastifyRequest): void => {
  const { metrics, metricsToken } = config
  if (metricsToken !== undefined) {
    if (!isEqual(readBearer(request), metricsToken)) throw new AppError('sessionInvalid')
    return
  }
  if (metrics === 'off' || !isFromHere(request)) {
    throw new AppError('routeNotFound', { method: 'GET', path: serverPaths.metrics() })
  }
}

/** Numbers for Prometheus, about all processes of this server. */
export const metricsRoute = (
  server: FastifyInstance,
  { deps, streams, gatherMetrics }: HttpContext,
  inFlight: InFlight,
): void => {
  const { metrics } = deps.activity
  metrics.add(() => [
    gauge(
      { name: 'regent_requests_in_flight', help: 'Requests that are worked on.' },
      inFlight.count(),
    ),
    gauge(
      { name: 'regent_watch_streams', help: 'Watch streams that are open.' },
      streams.list().length,
    ),
  ])
  server.get(serverPaths.metrics(), { exposeHeadRoute: false }, async (request, reply) => {
    requireReader(deps, request)
    const ofProcesses = gatherMetrics ? await gatherMetrics() : [metrics.read()]
    const { type, text } = await toExposition(ofProcesses)
    return reply.type(type).send(text)
  })
}
