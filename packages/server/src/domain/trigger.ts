import type { ProviderType } from '@regent/protocol'
import type { UserEvent } from './user.ts'

/** An authentication trigger: a function that runs after the events of an app's users. */
export type AuthTrigger = {
  readonly name: string
  readonly disabled: boolean
  readonly operationTypes: readonly ('CREATE' | 'LOGIN' | 'DELETE')[]
  /** Events of these providers only. */
  readonly providers: readonly ProviderType[]
  readonly functionName: string
}

/** True when the trigger is to be told of the event; a delete counts for each of the user's providers. */
export const isWanted = (
  { disabled, operationTypes, providers }: AuthTrigger,
  event: Pick<UserEvent, 'type' | 'providers'>,
): boolean =>
  !disabled &&
  operationTypes.includes(event.type) &&
  event.providers.some(provider => providers.includes(provider))
