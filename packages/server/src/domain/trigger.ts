import type { ProviderType } from '@regent/protocol'

/** An authentication trigger: a function that runs after the events of an app's users. */
export type AuthTrigger = {
  readonly name: string
  readonly disabled: boolean
  readonly operationTypes: readonly ('CREATE' | 'LOGIN' | 'DELETE')[]
  /** Events of these providers only. */
  readonly providers: readonly ProviderType[]
  readonly functionName: string
}
