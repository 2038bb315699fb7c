import { clientPaths } from '@regent/protocol/paths'
import { readResult } from '../functions.ts'
import { writeBody } from '../http/body.ts'
import type { Request } from '../http/http.ts'
import type { OpenStream, StreamRequest } from '../http/stream.ts'

/** @internal What a collection can have done as its user. */
export type ServiceCalls = {
  readonly appId: string
  /** With the access token. */
  readonly send: (request: Request) => Promise<unknown>
  /** With the access token. */
  readonly open: (request: StreamRequest) => Promise<OpenStream>
  /** Gets a new access token. */
  readonly refresh: () => Promise<void>
  /** Calls back when the user is logged out, until what this gives is called. */
  readonly onLogOut: (callback: () => void) => () => void
}

type Fields = Readonly<Record<string, unknown>>

/** One call of a service's function; its one argument has a property for each. */
export type ServiceCall = {
  readonly service: string
  readonly name: string
  readonly argument: Fields
}

/**
 * Properties of the argument that are `undefined` are left out. Further inside `undefined` is sent as `null`: a
 * filter that lost a condition would mean more documents.
 *
 * @see realm-js `cleanArguments`
 */
const write = ({ service, name, argument }: ServiceCall): string => {
  const body = { name, arguments: [given(argument)], service }
  return writeBody(body, { keepUndefined: true })
}

const given = (argument: Fields): Fields =>
  Object.fromEntries(Object.entries(argument).filter(([, value]) => value !== undefined))

/** The call with its argument as it is now, in extended JSON: what is sent later too. */
export const asOfNow = ({ argument, ...call }: ServiceCall): ServiceCall => ({
  ...call,
  argument: JSON.parse(writeBody(given(argument), { keepUndefined: true })),
})

/** Calls a function of a service, and gives its result as BSON values. */
export const callService = async (
  { appId, send }: ServiceCalls,
  call: ServiceCall,
): Promise<unknown> => {
  const body = write(call)
  return readResult(await send({ method: 'POST', path: clientPaths.callFunction(appId), body }))
}

/** Path of the stream that a function of a service gives. */
export const streamPath = (appId: string, call: ServiceCall): string => {
  const request = Buffer.from(write(call)).toString('base64')
  return `${clientPaths.callFunction(appId)}?baas_request=${encodeURIComponent(request)}`
}
