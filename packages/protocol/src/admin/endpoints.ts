import { z } from 'zod'
import { flagOrNothing, itemId, jsonObject, textOrNothing } from './item.ts'

/** An HTTPS endpoint, which is kept. Function and secret may be named by id or by name. */
export const endpointBody = z.object({
  route: z.string().min(1).max(256),
  http_method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', '*']),
  function_id: textOrNothing,
  function_name: textOrNothing,
  validation_method: z.enum(['NO_VALIDATION', 'SECRET_AS_QUERY_PARAM', 'VERIFY_PAYLOAD']).nullish(),
  secret_id: textOrNothing,
  secret_name: textOrNothing,
  respond_result: flagOrNothing,
  fetch_custom_user_data: flagOrNothing,
  create_user_on_auth: flagOrNothing,
  disabled: flagOrNothing,
  return_type: z.enum(['JSON', 'EJSON']).nullish(),
})

export const endpointWire = endpointBody.extend({ _id: itemId })

/** A log forwarder, which is kept. */
export const logForwarderBody = z.object({
  name: z.string().min(1).max(64),
  log_types: z.array(z.string()),
  log_statuses: z.array(z.enum(['error', 'success'])),
  policy: z.looseObject({ type: z.enum(['single', 'batch']) }).nullish(),
  action: jsonObject,
  disabled: flagOrNothing,
})

/** What is left out stays as it is. */
export const logForwarderChangeBody = logForwarderBody.partial()

export const logForwarderWire = logForwarderBody.extend({ _id: itemId })

export type EndpointBody = Readonly<z.infer<typeof endpointBody>>
export type EndpointWire = Readonly<z.infer<typeof endpointWire>>
export type LogForwarderBody = Readonly<z.infer<typeof logForwarderBody>>
export type LogForwarderChangeBody = Readonly<z.infer<typeof logForwarderChangeBody>>
export type LogForwarderWire = Readonly<z.infer<typeof logForwarderWire>>
