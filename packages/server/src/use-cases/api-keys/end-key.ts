import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import { AppError } from '../../errors.ts'
import { wantedEvents } from '../../triggers/wanted-events.ts'
import { finishDelete } from '../delete-account.ts'

/** Ends the sessions that a disabled key began, then takes the note off the key that they must end. */
const endKeySessions = async ({ store }: Deps, { id, userId }: ApiKey): Promise<void> => {
  await store.sessions.removeByIdentity(userId, { providerType: 'api-key', id })
  await store.apiKeys.sessionsEnded(id)
}

/** Removes what a key that is marked takes along, last the key. A server key takes its user. */
const finishKeyDelete = async (deps: Deps, { id, appId, kind, userId }: ApiKey): Promise<void> => {
  const { store, now } = deps
  if (kind === 'server') {
    const app = await store.apps.findById(appId)
    const event = { type: 'DELETE', providers: ['api-key'], at: now() } as const
    await store.users.markDeleting(userId, app ? wantedEvents(deps, app, [event]) : [])
    await finishDelete(deps, userId)
    return
  }
  await store.sessions.removeByIdentity(userId, { providerType: 'api-key', id })
  await store.users.removeIdentity(userId, { providerType: 'api-key', id })
  await store.apiKeys.remove(id)
}

/** Does what a disable or a delete that was cut off left to do. */
export const finishKey = (deps: Deps, key: ApiKey): Promise<void> =>
  key.deleting ? finishKeyDelete(deps, key) : endKeySessions(deps, key)

/**
 * From the first write on nobody logs in with the key or refreshes a session that it began; the sweep ends those
 * if a crash comes in between. Access tokens end within 30 minutes.
 *
 * @throws `apiKeyNotFound` when the key was deleted meanwhile
 */
export const disableKey = async (deps: Deps, key: ApiKey): Promise<void> => {
  if (!(await deps.store.apiKeys.disable(key.id))) throw new AppError('apiKeyNotFound')
  await endKeySessions(deps, key)
}

/** @throws `apiKeyNotFound` when the key was deleted meanwhile */
export const enableKey = async (deps: Deps, key: ApiKey): Promise<void> => {
  if (key.unfinished) await endKeySessions(deps, key)
  if (!(await deps.store.apiKeys.enable(key.id))) throw new AppError('apiKeyNotFound')
}

/**
 * Deletes a key, its sessions, and its identity with its user or, for a server key, the user.
 *
 * @throws `apiKeyNotFound` when it was deleted meanwhile
 */
export const deleteKey = async (deps: Deps, key: ApiKey): Promise<void> => {
  if (!(await deps.store.apiKeys.markDeleting(key.id))) throw new AppError('apiKeyNotFound')
  await finishKeyDelete(deps, key)
}
