import type { FastifyRequest } from 'fastify'
import type { Held } from '../data/room/holding.ts'

/** Gives back what the request holds when its response is over, whatever became of it. */
export const holdUntilSent = ({ vars }: FastifyRequest, held: Pick<Held, 'leave'>): void => {
  if (vars.isOver) held.leave()
  else vars.held.push(held)
}

/** For the end of a response. */
export const giveBack = ({ vars }: FastifyRequest): void => {
  vars.isOver = true
  for (const held of vars.held) held.leave()
}
