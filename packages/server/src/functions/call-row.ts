import type { CallMessage, CallRow } from './messages.ts'

export const toRow = (message: Omit<CallMessage, 'cell'>, cell: number): CallRow => {
  const { call, name, args, callerId, user, request } = message
  return callerId === undefined && request === undefined
    ? [call, cell, name, args]
    : [call, cell, name, args, callerId, user, request]
}

export const fromRow = (row: CallRow): CallMessage => {
  const [call, cell, name, args, callerId, user, request] = row
  return { call, cell, name, args, callerId, user, request }
}
