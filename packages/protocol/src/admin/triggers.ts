import { z } from 'zod'
import { flagOrNothing, itemId, jsonObject, modified, textOrNothing } from './item.ts'

/** A trigger. Its function and data source may be named by id or by name. */
export const triggerBody = z.object({
  name: z.string().min(1).max(64),
  type: z.enum(['AUTHENTICATION', 'DATABASE', 'SCHEDULED']),
  disabled: flagOrNothing,
  config: jsonObject.nullish(),
  function_id: textOrNothing,
  function_name: textOrNothing,
  event_processors: jsonObject.nullish(),
  error_handler: jsonObject.nullish(),
})

export const listedTriggerWire = z.object({
  _id: itemId,
  name: z.string(),
  type: z.string(),
  disabled: z.boolean(),
  function_id: z.string().optional(),
  function_name: z.string().optional(),
  last_modified: modified,
})

export const triggerWire = listedTriggerWire.extend({
  config: jsonObject,
  event_processors: jsonObject.optional(),
  error_handler: jsonObject.optional(),
})

export type TriggerBody = Readonly<z.infer<typeof triggerBody>>
export type ListedTriggerWire = Readonly<z.infer<typeof listedTriggerWire>>
export type TriggerWire = Readonly<z.infer<typeof triggerWire>>

/** An event that a trigger's function was given again and again, and never took. */
export const failedEventWire = z.object({
  _id: z.string(),
  trigger: z.string(),
  operation_type: z.enum(['CREATE', 'LOGIN', 'DELETE']),
  user_id: z.string(),
  time: z.number().describe('Seconds since 1970.'),
  failed_at: z.number(),
  attempts: z.number(),
  error: z.string().describe('What the last attempt ended with.'),
})

export type FailedEventWire = Readonly<z.infer<typeof failedEventWire>>
