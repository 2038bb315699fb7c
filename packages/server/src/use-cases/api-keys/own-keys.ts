import type { Deps } from '../../deps.ts'
import type { ApiKey } from '../../domain/api-key.ts'
import type { App } from '../../domain/app.ts'
import { isId } from '../../domain/id.ts'
import type { Session } from '../../domain/session.ts'
import { isAnonymous, type User } from '../../domain/user.ts'
import { AppError } from '../../errors.ts'
import { findAuthProvider } from '../find-auth-provider.ts'
import { findLiveSession } from '../live-session.ts'
import { deleteKey, disableKey, enableKey } from './end-key.ts'
import { makeKey, type NewApiKey } from './make-key.ts'

type Caller = { readonly app: App; readonly user: User; readonly session: Session }

/** API keys are looked after with the refresh token, as both families of clients do. */
const readCaller = async (deps: Deps, refreshToken: string): Promise<Caller> => {
  const claims = await deps.tokens.readRefresh(refreshToken)
  return { app: claims.app, ...(await findLiveSession(deps, claims)) }
}

const getOwn = async ({ store }: Deps, { user }: Caller, keyId: string): Promise<ApiKey> => {
  const key = isId(keyId) ? await store.apiKeys.findById(keyId) : undefined
  if (key?.kind !== 'user' || key.userId !== user.id || key.deleting) {
    throw new AppError('apiKeyNotFound')
  }
  return key
}

/** True when the session was begun with the key. */
export const isBegunBy = ({ providerType, identityId }: Session, keyId: string): boolean =>
  providerType === 'api-key' && identityId === keyId

/**
 * Makes a key that logs in as its user. Our choice: not in a session that an API key began, so that who
 * stole a key gets no second one that outlives it.
 *
 * @throws `apiKeyForbidden` for an anonymous user and a server user, `apiKeyFromKey`, `providerNotFound` when the app
 * takes no API keys, `apiKeyNameMissing`, `apiKeyNameInvalid`, `apiKeyNameTaken`, `apiKeyLimit`, and what
 * `findLiveSession` does
 */
export const createOwnKey = async (
  deps: Deps,
  refreshToken: string,
  name: unknown,
): Promise<NewApiKey> => {
  const { app, user, session } = await readCaller(deps, refreshToken)
  findAuthProvider(app, 'api-key')
  if (isAnonymous(user) || user.type === 'server') throw new AppError('apiKeyForbidden')
  if (session.providerType === 'api-key') throw new AppError('apiKeyFromKey')

  const owner = { kind: 'user', appId: app.id, userId: user.id } as const
  const made = await makeKey(deps, owner, name)
  try {
    await findLiveSession(deps, { sessionId: session.id, userId: user.id })
  } catch (error) {
    await deps.store.apiKeys.remove(made.apiKey.id)
    throw error
  }
  return made
}

/** The user's keys, oldest first. */
export const listOwnKeys = async (deps: Deps, refreshToken: string): Promise<ApiKey[]> => {
  const { user } = await readCaller(deps, refreshToken)
  return (await deps.store.apiKeys.listByOwner(user.id)).filter(({ deleting }) => !deleting)
}

/** @throws `apiKeyNotFound`, also for another user's key */
export const getOwnKey = async (deps: Deps, refreshToken: string, keyId: string): Promise<ApiKey> =>
  getOwn(deps, await readCaller(deps, refreshToken), keyId)

/** Enabling an enabled key and disabling a disabled one change nothing. @throws `apiKeyNotFound` */
export const setOwnKeyDisabled = async (
  deps: Deps,
  refreshToken: string,
  { keyId, disabled }: { readonly keyId: string; readonly disabled: boolean },
): Promise<void> => {
  const key = await getOwnKey(deps, refreshToken, keyId)
  await (disabled ? disableKey : enableKey)(deps, key)
}

/** @throws `apiKeyNotFound`; `apiKeyInUse` in a session that the key began */
export const deleteOwnKey = async (
  deps: Deps,
  refreshToken: string,
  keyId: string,
): Promise<void> => {
  const caller = await readCaller(deps, refreshToken)
  const key = await getOwn(deps, caller, keyId)
  if (isBegunBy(caller.session, key.id)) throw new AppError('apiKeyInUse')
  await deleteKey(deps, key)
}
