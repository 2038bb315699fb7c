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
export type FailedEventWire = {
  readonly _id: string
  readonly trigger: string
  readonly operation_type: 'CREATE' | 'LOGIN' | 'DELETE'
  readonly user_id: string
  /** Seconds since 1970. */
  readonly time: number
  readonly failed_at: number
  readonly attempts: number
  /** What the last attempt ended with. */
  readonly error: string
}
