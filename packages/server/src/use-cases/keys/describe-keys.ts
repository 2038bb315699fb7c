import type { Deps } from '../../deps.ts'
import type { App } from '../../domain/app.ts'
import type { AppKeys } from '../../security/app-keys.ts'
import type { KeyRingState } from '../../security/key-ring.ts'

/** What the server seals and signs with, without the keys. */
export type KeysDescribed = {
  readonly apps: readonly { readonly app: App; readonly keys: AppKeys }[]
  readonly ring: KeyRingState
}

export const describeKeys = async ({
  store,
  tokens,
  secrets,
}: Pick<Deps, 'store' | 'tokens' | 'secrets'>): Promise<KeysDescribed> => {
  await secrets.reload()
  const apps = []
  for (const app of await store.apps.list()) {
    apps.push({ app, keys: await tokens.reloadKeys(app.id) })
  }
  return { apps, ring: secrets.state() }
}
