import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import { isId } from '../../domain/id.ts'
import type { User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { wantedEvents } from '../../triggers/wanted-events.ts'
import { deleteKey, disableKey, enableKey } from '../api-keys/end-key.ts'
import { makeKey, type NewApiKey } from '../api-keys/make-key.ts'
import { findAuthProvider } from '../find-auth-provider.ts'

const serverUser = ({ id, appId, userId, name, createdAt }: ApiKey, entryId: string): User => ({
  id: userId,
  appId,
  type: 'server',
  identities: [
    { id, providerType: 'api-key', providerId: entryId, data: { name }, linkedAt: createdAt },
  ],
  disabled: false,
  deleting: false,
  createdAt,
  lastLoginAt: createdAt,
  lastSeenAt: createdAt,
})

/**
 * Makes a server key with a user of its own. A crash in between leaves a key that nobody was told, which is listed
 * and can be deleted.
 *
 * @throws `providerNotFound` when the app takes no API keys, `apiKeyNameMissing`, `apiKeyNameInvalid`,
 * `apiKeyNameTaken`, `apiKeyLimit`
 */
export const createServerKey = async (deps: Deps, app: App, name: unknown): Promise<NewApiKey> => {
  const entry = findAuthProvider(app, 'api-key')
  const owner = { kind: 'server', appId: app.id, userId: deps.newId() } as const
  const made = await makeKey(deps, owner, name)
  const event = { type: 'CREATE', providers: ['api-key'], at: made.apiKey.createdAt } as const
  const events = wantedEvents(deps, app, [event])
  await deps.store.users.insert(serverUser(made.apiKey, entry.id), events)
  return made
}

/** The app's server keys, oldest first; with `prefix`, its keys of all users that begin so. */
export const listKeys = async (
  { store }: Deps,
  app: App,
  { prefix }: { readonly prefix?: string | undefined } = {},
): Promise<ApiKey[]> => {
  const keys =
    prefix === undefined
      ? await store.apiKeys.listByOwner(app.id)
      : await store.apiKeys.listByPrefix(app.id, prefix)
  return keys.filter(({ deleting }) => !deleting)
}

/** A server key or a user's. @throws `apiKeyNotFound` */
export const getKey = async ({ store }: Deps, app: App, keyId: string): Promise<ApiKey> => {
  const key = isId(keyId) ? await store.apiKeys.findById(keyId) : undefined
  if (key?.appId !== app.id || key.deleting) throw new AppError('apiKeyNotFound')
  return key
}

/** @throws `apiKeyNotFound` */
export const disableAnyKey = async (deps: Deps, app: App, keyId: string): Promise<void> =>
  disableKey(deps, await getKey(deps, app, keyId))

/** @throws `apiKeyNotFound` */
export const enableAnyKey = async (deps: Deps, app: App, keyId: string): Promise<void> =>
  enableKey(deps, await getKey(deps, app, keyId))

/** @throws `apiKeyNotFound` */
export const deleteAnyKey = async (deps: Deps, app: App, keyId: string): Promise<void> =>
  deleteKey(deps, await getKey(deps, app, keyId))
