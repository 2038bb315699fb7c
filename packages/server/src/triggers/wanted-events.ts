import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { isWanted } from '../domain/trigger.ts'
import type { UserEvent } from '../domain/user.ts'

/** Those of the events that a trigger of the app is to be told of; none costs anything where there is no trigger. */
export const wantedEvents = (
  { newId }: Pick<Deps, 'newId'>,
  { triggers }: App,
  events: readonly Omit<UserEvent, 'id'>[],
): UserEvent[] =>
  events
    .filter(event => triggers.some(trigger => isWanted(trigger, event)))
    .map(event => ({ id: newId(), ...event }))
