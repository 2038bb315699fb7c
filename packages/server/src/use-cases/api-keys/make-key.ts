import type { Deps } from '../../deps.ts'
import { type ApiKey, isKeyName, mostKeys } from '../../domain/api-key.ts'
import { AppError } from '../../errors.ts'
import { apiKeyPrefix, hashApiKey, newApiKey } from '../../security/api-keys.ts'
import type { KeyOwner } from '../../store/api-keys.ts'

/** A key that was made just now. */
export type NewApiKey = {
  readonly apiKey: ApiKey
  /** The key itself: told once, kept nowhere. */
  readonly key: string
}

/** @throws `apiKeyNameMissing`, `apiKeyNameInvalid` */
const readKeyName = (name: unknown): string => {
  if (typeof name !== 'string' || name === '') throw new AppError('apiKeyNameMissing')
  if (!isKeyName(name)) throw new AppError('apiKeyNameInvalid')
  return name
}

/**
 * Makes a key for whoever `owner` is; what it may be called and how many there may be holds under any number of
 * callers.
 *
 * @throws `apiKeyNameMissing`, `apiKeyNameInvalid`, `apiKeyNameTaken`, `apiKeyLimit`
 */
export const makeKey = async (
  { store, newId, now }: Deps,
  { kind, appId, userId }: KeyOwner,
  name: unknown,
): Promise<NewApiKey> => {
  const key = newApiKey()
  const apiKey: ApiKey = {
    id: newId(),
    appId,
    kind,
    userId,
    name: readKeyName(name),
    prefix: apiKeyPrefix(key),
    hash: hashApiKey(key),
    disabled: false,
    deleting: false,
    unfinished: false,
    createdAt: now(),
    lastUsedAt: undefined,
  }
  const most = mostKeys[kind]
  const outcome = await store.apiKeys.insert(apiKey, most)
  if (outcome === 'name-taken') throw new AppError('apiKeyNameTaken')
  if (outcome === 'full') throw new AppError('apiKeyLimit', { limit: String(most) })
  return { apiKey, key }
}
