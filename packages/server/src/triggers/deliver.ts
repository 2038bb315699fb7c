import type { Deps } from '../deps.ts'
import type { App } from '../domain/app.ts'
import { isWanted } from '../domain/trigger.ts'
import { FunctionError } from '../functions/call.ts'
import type { Delivery } from '../store/outbox.ts'

/** Attempts after which a delivery is given up: about 17 minutes after the event. */
const mostAttempts = 10
/** A call that found no room was no attempt. */
const busyMs = 1000

/** Twice as long after each attempt: 2 seconds after the first, 512 after the last but one. */
const waitMs = (attempts: number): number => 2 ** attempts * 1000

const findFunction = async (
  { store }: Deps,
  { appId, trigger: name, event }: Delivery,
): Promise<{ app: App; functionName: string } | undefined> => {
  const app = await store.apps.findById(appId)
  const trigger = app?.triggers.find(one => one.name === name && isWanted(one, event))
  return app && trigger && { app, functionName: trigger.functionName }
}

const tryLater = async (deps: Deps, delivery: Delivery, error: FunctionError): Promise<void> => {
  const { store, log, now, activity } = deps
  const { id, trigger, event, user } = delivery
  if (error.problem === 'overloaded') {
    await store.outbox.delay(id, { attempts: delivery.attempts, dueAt: now() + busyMs })
    return
  }
  const attempts = delivery.attempts + 1
  const about = { trigger, event: event.type, user: user.id, attempts, err: error }
  if (attempts < mostAttempts) {
    await store.outbox.delay(id, { attempts, dueAt: now() + waitMs(attempts) })
    log.warn('a trigger failed and is tried again', about)
    return
  }
  const last = { attempts, failedAt: now(), error: error.message }
  await store.outbox.fail(id, last)
  log.error('a trigger failed for good', about)
  activity.note({
    type: 'TRIGGER_FAILURE',
    event: 'given_up',
    appId: delivery.appId,
    userId: user.id,
    name: trigger,
    error: error.message,
  })
}

/**
 * Gives an event to the function of its trigger, as the system user. It leaves the outbox once the function took it; a
 * crash before that gives it again. What no trigger wants any more is dropped.
 */
export const deliver = async (deps: Deps, delivery: Delivery): Promise<void> => {
  const { store, functions } = deps
  const { id, event, user } = delivery
  const found = await findFunction(deps, delivery)
  if (!found) return store.outbox.remove(id)
  const { type: operationType, providers, at } = event
  const args = [{ operationType, providers, user, time: new Date(at) }]
  try {
    const call = { name: found.functionName, args, caller: undefined, trigger: delivery.trigger }
    await functions.run(found.app, call)
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    return tryLater(deps, delivery, error)
  }
  await store.outbox.remove(id)
}
