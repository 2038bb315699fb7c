import { apiKeyPayload } from '@regent/protocol'
import type { Deps } from '../deps.ts'
import type { ApiKey } from '../domain/api-key.ts'
import type { App } from '../domain/app.ts'
import { AppError, readShape } from '../errors.ts'
import { hashApiKey, isApiKey } from '../security/api-keys.ts'
import type { ProvenIdentity, Provider } from './provider.ts'

const hourMs = 3_600_000

const isGood = (key: ApiKey | undefined): key is ApiKey =>
  key !== undefined && !key.disabled && !key.deleting

const proven = ({ store, now }: Deps, key: ApiKey): ProvenIdentity => ({
  id: key.id,
  data: { name: key.name },
  ownerId: key.userId,
  stillHolds: async () => isGood(await store.apiKeys.findById(key.id)),
  afterLogIn: async () => {
    const at = now()
    if (at - (key.lastUsedAt ?? 0) >= hourMs) await store.apiKeys.recordUse(key.id, at)
  },
})

/** One look-up of the key's hash through a unique index; unknown, disabled and deleted keys get one answer. */
const identify = async (deps: Deps, app: App, payload: unknown): Promise<ProvenIdentity> => {
  const { key } = readShape(apiKeyPayload, payload)
  const found = isApiKey(key) ? await deps.store.apiKeys.findByHash(hashApiKey(key)) : undefined
  if (!isGood(found) || found.appId !== app.id) {
    const reason = found?.appId === app.id ? 'the key is disabled' : 'no such key'
    throw new AppError('tokenRefused', {}, { reason })
  }
  return proven(deps, found)
}

/** A key that a user made, or the operator. Nobody guesses 363 random bits, so failures are not counted. */
export const apiKey: Provider = {
  type: 'api-key',
  canBeLinked: true,
  onePerUser: false,
  refusal: 'tokenRefused',
  accountOf: () => undefined,
  identify: (deps, app, { payload }) => identify(deps, app, payload),
}
