import type { FastifyRequest, preParsingHookHandler } from 'fastify'
import type { Config } from '../config.ts'
import { openRoom, type Place } from '../data/room/room.ts'
import { holdUntilSent } from './held.ts'

/** The memory that all large bodies share. */
export type Bodies = {
  /**
   * Reads a large body only once there is room for it, which it holds until its answer is sent. Who sends it slowly is cut
   * off when others wait.
   *
   * @throws `overloaded`
   */
  readonly hold: preParsingHookHandler
}

const smallBytes = 65_536

/** As the sender says; who does not say may send as much as the route takes. */
const sizeOf = ({ headers, routeOptions: { bodyLimit } }: FastifyRequest): number => {
  const said = headers['content-length']
  if (said !== undefined) return Number(said)
  return headers['transfer-encoding'] === undefined ? 0 : bodyLimit
}

/** Well within the time that a client has to send a request. */
const patienceMs = 10_000
const mebibyte = 1024 * 1024

export const openBodies = ({ heldDataMib }: Pick<Config, 'heldDataMib'>): Bodies => {
  const room = openRoom({ mostBytes: heldDataMib * mebibyte, patienceMs })
  return {
    hold: (request, _reply, payload, done) => {
      const bytes = sizeOf(request)
      if (bytes <= smallBytes || bytes > request.routeOptions.bodyLimit) return done(null, payload)
      const goOn = (place: Place): void => {
        holdUntilSent(request, place)
        place.mayBeCut(() => request.raw.destroy())
        payload.once('end', place.mayNotBeCut)
        done(null, payload)
      }
      const { claims } = request.vars
      room.enter(claims === undefined ? request.ip : claims.userId, bytes).then(goOn, done)
    },
  }
}
