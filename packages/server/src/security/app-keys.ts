import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import type { SigningKey } from '../store/signing-keys.ts'
import type { Store } from '../store/store.ts'
import { encodePart } from './jwt.ts'
import type { SecretBox } from './secret-box.ts'

export type AccessKey = {
  /** The first part of every token it signs, encoded. */
  readonly header: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The public half, as it stands in the app's JWK set. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export type RefreshKey = { readonly header: string; readonly secret: KeyObject }

/** The keys of one app, newest first; there is at least one of each. */
export type AppKeys = {
  readonly access: readonly [AccessKey, ...AccessKey[]]
  readonly refresh: readonly [RefreshKey, ...RefreshKey[]]
}

type Parts = {
  readonly store: Pick<Store, 'signingKeys'>
  readonly secrets: SecretBox
  readonly now: () => number
}

const placeOf = ({ appId, use, number }: Omit<SigningKey, 'sealed' | 'createdAt'>): string =>
  `signingKeys/${appId}/${use}/${number}`

const newSecret = (use: SigningKey['use']): Uint8Array =>
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

const toAccessKey = (pkcs8: Uint8Array): AccessKey => {
  const privateKey = createPrivateKey({ key: Buffer.from(pkcs8), type: 'pkcs8', format: 'der' })
  const publicKey = createPublicKey(privateKey)
  const jwk = { ...publicKey.export({ format: 'jwk' }) }
  const kid = thumbprint(jwk)
  const header = encodePart({ alg: 'ES256', typ: 'JWT', kid })
  return { header, privateKey, publicKey, jwk: { ...jwk, kid, alg: 'ES256', use: 'sig' } }
}

const toRefreshKey = (number: number, secret: Uint8Array): RefreshKey => ({
  header: encodePart({ alg: 'HS256', typ: 'JWT', kid: `refresh-${number}` }),
  secret: createSecretKey(secret),
})

/** Makes what is missing. Of two makers one wins, and both read its keys. */
const makeMissing = async ({ store, secrets, now }: Parts, appId: string): Promise<void> => {
  const there = await store.signingKeys.listByApp(appId)
  for (const use of ['access', 'refresh'] as const) {
    if (there.some(key => key.use === use)) continue
    const place = placeOf({ appId, use, number: 1 })
    const sealed = secrets.seal(newSecret(use), place)
    await store.signingKeys.insert({ appId, use, number: 1, sealed, createdAt: now() })
  }
}

const newestFirst = <Key>([newest, ...older]: readonly Key[]): readonly [Key, ...Key[]] => {
  if (newest === undefined) throw new Error('an app has no signing keys')
  return [newest, ...older]
}

const load = async (parts: Parts, appId: string): Promise<AppKeys> => {
  await makeMissing(parts, appId)
  const keys = await parts.store.signingKeys.listByApp(appId)
  const open = (key: SigningKey): Uint8Array => parts.secrets.open(key.sealed, placeOf(key))
  const ofUse = (use: SigningKey['use']): SigningKey[] => keys.filter(key => key.use === use)
  return {
    access: newestFirst(ofUse('access').map(key => toAccessKey(open(key)))),
    refresh: newestFirst(ofUse('refresh').map(key => toRefreshKey(key.number, open(key)))),
  }
}

/**
 * The keys of each app, made at the first call and then kept in memory.
 *
 * @throws Error when the master key does not open them.
 */
export const openAppKeys = (parts: Parts): ((appId: string) => Promise<AppKeys>) => {
  const loaded = new Map<string, Promise<AppKeys>>()

  return appId => {
    const known = loaded.get(appId)
    if (known !== undefined) return known
    const loading = load(parts, appId)
    loaded.set(appId, loading)
    loading.catch(() => loaded.delete(appId))
    return loading
  }
}
