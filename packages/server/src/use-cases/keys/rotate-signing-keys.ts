import type { Deps } from '../../deps.ts'
import { adminSessionMs } from '../../domain/operator.ts'

type KeyDeps = Pick<Deps, 'store' | 'tokens' | 'now'>

/** An app, or the project for what operators hold. */
export type KeyHolder = { readonly id: string }

const secondMs = 1_000
const minuteMs = 60 * secondMs

/** Other services keep the public keys for five minutes: a key is shown for twice as long before it signs. */
const shownMs = 10 * minuteMs
/** Refresh tokens are read by servers of ours only, which look every ten seconds. */
const knownMs = minuteMs
/** How long the last access token of a key is good: half an hour, and what clocks and servers may be apart. */
const lastAccessMs = 40 * minuteMs

/**
 * Gives the holders new keys for their tokens. They sign once everybody knows them, older ones stay good as long as a
 * token of theirs is, and nobody is logged out. Whose new key waits for its time gets no other.
 *
 * With `atOnce` new keys sign now and older ones are gone: everybody is logged out.
 */
export const rotateSigningKeys = async (
  deps: KeyDeps,
  holders: readonly KeyHolder[],
  { atOnce = false }: { readonly atOnce?: boolean } = {},
): Promise<void> => {
  const now = deps.now()
  const from = atOnce
    ? { access: now, refresh: now }
    : { access: now + shownMs, refresh: now + knownMs }
  for (const { id } of holders) {
    if (atOnce) await removeWaiting(deps, id)
    await deps.tokens.rotateKeys(id, from)
    if (atOnce) await removeOlder(deps, id)
  }
}

/** Keys that were about to sign. */
const removeWaiting = async ({ store, now }: KeyDeps, appId: string): Promise<void> => {
  for (const key of await store.signingKeys.listByApp(appId)) {
    if (key.signsFrom > now()) await store.signingKeys.remove(key)
  }
}

const removeOlder = async ({ store, tokens }: KeyDeps, appId: string): Promise<void> => {
  const kept = new Set<string>()
  for (const key of await store.signingKeys.listByApp(appId)) {
    if (kept.has(key.use)) await store.signingKeys.remove(key)
    kept.add(key.use)
  }
  await tokens.reloadKeys(appId)
}

/** Says whether a refresh token that was signed until then may still be good. */
type MayBeGood = (signedUntil: number) => Promise<boolean>

/** Removes keys of the project whose last token is over. Resolves how many. */
export const retireKeysOfOperators = (deps: KeyDeps, projectId: string): Promise<number> =>
  retire(deps, projectId, async signedUntil => signedUntil + adminSessionMs > deps.now())

/** Removes keys of the app whose last token is over. Resolves how many. */
export const retireSigningKeys = (deps: KeyDeps, { id }: KeyHolder): Promise<number> =>
  retire(deps, id, signedUntil => deps.store.sessions.hasOlder(id, signedUntil))

const retire = async (deps: KeyDeps, id: string, mayBeGood: MayBeGood): Promise<number> => {
  const { store, tokens, now } = deps
  const keys = await store.signingKeys.listByApp(id)
  let retired = 0
  for (const key of keys) {
    const next = keys.findLast(({ use, number }) => use === key.use && number > key.number)
    if (next === undefined) continue
    const lastSigned = next.signsFrom + (key.use === 'access' ? lastAccessMs : knownMs)
    if (lastSigned > now()) continue
    if (key.use === 'refresh' && (await mayBeGood(lastSigned))) continue
    await store.signingKeys.remove(key)
    retired += 1
  }
  if (retired > 0) await tokens.reloadKeys(id)
  return retired
}
