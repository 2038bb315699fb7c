import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { SigningKey } from '../store/keys/signing-keys.ts'
import type { Store } from '../store/store.ts'
import { encodePart } from './jwt.ts'
import type { SecretBox } from './secret-box.ts'

/** What every key has. */
type Facts = {
  readonly number: number
  /** The first part of every token it signs, encoded. */
  readonly header: string
  /** Milliseconds since 1970. */
  readonly signsFrom: number
}

export type AccessKey = Facts & {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The public half, as it stands in the app's JWK set. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export type RefreshKey = Facts & { readonly secret: KeyObject }

/** The keys of one app, newest first; there is at least one of each. */
export type AppKeys = {
  readonly access: readonly [AccessKey, ...AccessKey[]]
  readonly refresh: readonly [RefreshKey, ...RefreshKey[]]
}

type Use = SigningKey['use']

/** When new keys begin to sign, milliseconds since 1970. */
export type SigningFrom = Readonly<Record<Use, number>>

/** The keys of all apps, made at the first use of each and kept in memory. */
export type KeysOfApps = {
  /** @throws Error when they do not open. */
  of(appId: string): Promise<AppKeys>
  /**
   * The key that writes this header. One that is not known is looked for in the store, at most once a second for each
   * app: another process may have made it.
   */
  find<U extends Use>(
    appId: string,
    use: U,
    header: string,
  ): Promise<AppKeys[U][number] | undefined>
  /** Adds a key of each use, unless the newest does not sign yet. */
  rotate(appId: string, from: SigningFrom): Promise<void>
  /** Sees what was added and removed. */
  reload(appId: string): Promise<AppKeys>
}

type Parts = {
  readonly store: Pick<Store, 'signingKeys'>
  readonly secrets: SecretBox
  readonly now: () => number
  /** A key is gone: what it signed is worth nothing any more. */
  readonly onRemoved?: () => void
}

/** Where a signing key is sealed for. */
export const signingKeyPlace = ({
  appId,
  use,
  number,
}: Pick<SigningKey, 'appId' | 'use' | 'number'>): string => `signingKeys/${appId}/${use}/${number}`

const newSecret = (use: Use): Uint8Array =>
  use === 'refresh'
    ? randomBytes(32)
    : generateKeyPairSync('ec', {
        namedCurve: 'P-256',
        privateKeyEncoding: { type: 'pkcs8', format: 'der' },
        publicKeyEncoding: { type: 'spki', format: 'der' },
      }).privateKey

/** RFC 7638. */
const thumbprint = ({ crv, kty, x, y }: Record<string, unknown>): string =>
  hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url')

const toAccessKey = ({ number, signsFrom }: SigningKey, pkcs8: Uint8Array): AccessKey => {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' })
  const publicKey = createPublicKey(privateKey)
  const jwk = { ...publicKey.export({ format: 'jwk' }) }
  const kid = thumbprint(jwk)
  const header = encodePart({ alg: 'ES256', typ: 'JWT', kid })
  const published = { ...jwk, kid, alg: 'ES256', use: 'sig' }
  return { number, signsFrom, header, privateKey, publicKey, jwk: published }
}

const toRefreshKey = ({ number, signsFrom }: SigningKey, secret: Uint8Array): RefreshKey => ({
  number,
  signsFrom,
  header: encodePart({ alg: 'HS256', typ: 'JWT', kid: `refresh-${number}` }),
  secret: createSecretKey(secret),
})

const uses = ['access', 'refresh'] as const

/** Of two makers one wins, and both read its key. */
const makeKey = async (
  { store, secrets, now }: Parts,
  key: Pick<SigningKey, 'appId' | 'use' | 'number' | 'signsFrom'>,
): Promise<void> => {
  const sealed = secrets.seal(newSecret(key.use), signingKeyPlace(key))
  await store.signingKeys.insert({ ...key, sealed, createdAt: now() })
}

/** The app's keys, after what is missing was made. */
const listKeys = async (parts: Parts, appId: string): Promise<SigningKey[]> => {
  const there = await parts.store.signingKeys.listByApp(appId)
  const missing = uses.filter(use => there.every(key => key.use !== use))
  if (missing.length === 0) return there
  for (const use of missing) await makeKey(parts, { appId, use, number: 1, signsFrom: 0 })
  return listKeys(parts, appId)
}

const newestFirst = <Key>([newest, ...older]: readonly Key[]): readonly [Key, ...Key[]] => {
  if (newest === undefined) throw new Error('an app has no signing keys')
  return [newest, ...older]
}

const load = async (parts: Parts, appId: string): Promise<AppKeys> => {
  const keys = await listKeys(parts, appId)
  const open = (key: SigningKey): Uint8Array => parts.secrets.open(key.sealed, signingKeyPlace(key))
  const ofUse = (use: Use): SigningKey[] => keys.filter(key => key.use === use)
  return {
    access: newestFirst(ofUse('access').map(key => toAccessKey(key, open(key)))),
    refresh: newestFirst(ofUse('refresh').map(key => toRefreshKey(key, open(key)))),
  }
}

/** The key that signs now. */
export const signingKey = <Key extends Facts>(keys: readonly [Key, ...Key[]], now: number): Key =>
  keys.find(({ signsFrom }) => signsFrom <= now) ?? keys[0]

const headersOf = ({ access, refresh }: AppKeys): string[] =>
  [...access, ...refresh].map(({ header }) => header)

type Loaded = { readonly at: number; readonly keys: Promise<AppKeys> }

/** What other processes have changed is seen that soon, by who uses the keys. */
const freshMs = 10_000
/** Nobody makes this process read more often, whatever tokens they send. */
const patienceMs = 1_000

export const openAppKeys = (parts: Parts): KeysOfApps => {
  const { now, onRemoved = () => {} } = parts
  const loaded = new Map<string, Loaded>()
  const reloading = new Map<string, Promise<AppKeys>>()

  const replace = async (appId: string): Promise<AppKeys> => {
    const before = await loaded.get(appId)?.keys
    const keys = await load(parts, appId)
    loaded.set(appId, { at: now(), keys: Promise.resolve(keys) })
    const known = new Set(headersOf(keys))
    if (before && headersOf(before).some(header => !known.has(header))) onRemoved()
    return keys
  }

  const reload = (appId: string): Promise<AppKeys> => {
    const underWay = reloading.get(appId)
    if (underWay !== undefined) return underWay
    const work = replace(appId).finally(() => reloading.delete(appId))
    reloading.set(appId, work)
    return work
  }

  const first = (appId: string): Promise<AppKeys> => {
    const keys = load(parts, appId)
    loaded.set(appId, { at: now(), keys })
    keys.catch(() => loaded.delete(appId))
    return keys
  }

  const of: KeysOfApps['of'] = appId => {
    const known = loaded.get(appId)
    if (known === undefined) return first(appId)
    // What fails here is tried again at the next use, and the keys that are known go on to serve.
    if (now() - known.at >= freshMs) reload(appId).catch(() => {})
    return known.keys
  }

  return {
    of,
    reload,
    find: async (appId, use, header) => {
      const isIt = (key: Facts): boolean => key.header === header
      const known = (await of(appId))[use].find(isIt)
      if (known !== undefined) return known
      const at = loaded.get(appId)?.at ?? 0
      if (Math.abs(now() - at) < patienceMs) return undefined
      return (await reload(appId))[use].find(isIt)
    },
    rotate: async (appId, from) => {
      const there = await listKeys(parts, appId)
      for (const use of uses) {
        const newest = there.find(key => key.use === use)
        if (newest === undefined || newest.signsFrom > now()) continue
        await makeKey(parts, { appId, use, number: newest.number + 1, signsFrom: from[use] })
      }
      await reload(appId)
    },
  }
}
