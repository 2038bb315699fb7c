import type { DataCall } from '../data.ts'
import { openExpectations } from './expectations.ts'
import { type Holding, openHolding } from './holding.ts'
import { openRoom } from './room.ts'

/** Makes what one operation of an owner holds its documents in. */
export type OpenHolding = (dialect: DataCall['dialect'], owner: string) => Holding

/**
 * The memory for results: one part for clients, and one for functions, because a client's operation can wait for a
 * function of the rules that asks for documents itself.
 */
export const openRooms = (mostBytes: number): OpenHolding => {
  const expectations = openExpectations()
  const rooms = {
    client: openRoom({ mostBytes }),
    function: openRoom({ mostBytes, mostOfOne: Number.POSITIVE_INFINITY }),
  }
  return (dialect, owner) => openHolding({ room: rooms[dialect], expectations, owner })
}
