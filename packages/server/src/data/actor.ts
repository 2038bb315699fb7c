import type { User } from '../domain/user.ts'
import type { FunctionRequest } from '../functions/call.ts'

/** Whose rights count when a data source is asked. Rules do not bind the system. */
export type Actor =
  | { readonly kind: 'system' }
  | {
      readonly kind: 'user'
      readonly user: User
      readonly request?: FunctionRequest | undefined
    }

export const system: Actor = { kind: 'system' }
