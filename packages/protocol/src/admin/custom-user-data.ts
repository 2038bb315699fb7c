import { z } from 'zod'
import { flagOrNothing, textOrNothing } from './item.ts'

/** Where custom user data is; what a change leaves out stays as it is. */
export const customUserDataBody = z.object({
  enabled: flagOrNothing,
  mongo_service_id: textOrNothing,
  mongo_service_name: textOrNothing,
  database_name: textOrNothing,
  collection_name: textOrNothing,
  user_id_field: textOrNothing,
  on_user_creation_function_id: textOrNothing,
  on_user_creation_function_name: textOrNothing,
})

export const customUserDataWire = z.object({
  enabled: z.boolean(),
  mongo_service_id: z.string().optional(),
  database_name: z.string().optional(),
  collection_name: z.string().optional(),
  user_id_field: z.string().optional(),
  on_user_creation_function_id: z.string().optional(),
})

export type CustomUserDataBody = Readonly<z.infer<typeof customUserDataBody>>
export type CustomUserDataWire = Readonly<z.infer<typeof customUserDataWire>>
