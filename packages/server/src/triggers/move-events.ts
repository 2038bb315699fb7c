import type { Deps } from '../deps.ts'
import { isWanted } from '../domain/trigger.ts'
import type { User, UserEvent } from '../domain/user.ts'
import { toUserObject } from '../domain/user-object.ts'

/**
 * Moves the events that wait in a user's document to the outbox, one row for each trigger that wants them. May be cut
 * off anywhere and begun again: rows are named by event and trigger, and the events go last.
 */
export const moveEvents = async (deps: Deps, userId: string): Promise<void> => {
  const { users } = deps.store
  const waiting = await users.findWithEvents(userId)
  if (!waiting || waiting.events.length === 0) return
  const { user, events } = waiting
  await Promise.all(events.map(event => addToOutbox(deps, user, event)))
  await users.dropEvents(
    userId,
    events.map(({ id }) => id),
  )
}

const addToOutbox = async ({ store, now }: Deps, user: User, event: UserEvent): Promise<void> => {
  const app = await store.apps.findById(user.appId)
  const wanting = app?.triggers.filter(trigger => isWanted(trigger, event)) ?? []
  const rows = wanting.map(({ name }) => ({
    id: `${event.id}:${name}`,
    appId: user.appId,
    trigger: name,
    event,
    user: toUserObject(user),
    attempts: 0,
    dueAt: now(),
  }))
  await Promise.all(rows.map(row => store.outbox.insert(row)))
}
