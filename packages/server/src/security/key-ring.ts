import { hash, randomBytes } from 'node:crypto'
import type { Keyring, KeyringBox, KeyringContent } from '../store/keys/keyring.ts'
import type { Store } from '../store/store.ts'
import { openSecretBox, type SecretBox } from './secret-box.ts'

/** A key that seals what the store keeps. Times are milliseconds since 1970. */
export type DataKey = {
  /** 1, 2, 3 … */
  readonly number: number
  readonly createdAt: number
  /** From then on it seals, once every process knows it. */
  readonly sealsFrom: number
}

/** What is known of the keys, without the keys. */
export type KeyRingState = {
  /** Newest first. */
  readonly dataKeys: readonly DataKey[]
  /** When everything was sealed with the newest one; `undefined` as long as it is not. */
  readonly resealedAt: number | undefined
  /** Master keys that open the store: two while one is taken out of use. */
  readonly masterKeys: number
}

/** Seals with the newest data key, opens with each of them. The store keeps them, sealed with the master key. */
export type KeyRing = SecretBox & {
  /** True for what the key sealed that seals now. */
  isCurrent(sealed: Uint8Array, place: string): boolean
  state(): KeyRingState
  /** Sees what other processes have changed. */
  reload(): Promise<void>
  /** Adds a data key, unless one waits for its time or for what is to be sealed with it. */
  addDataKey(sealsFrom: number): Promise<void>
  /** Notes that nothing is sealed with older keys than the newest. */
  noteResealed(at: number): Promise<void>
  /** Forgets all data keys but the newest. */
  dropOlderKeys(): Promise<void>
  /** Lets another master key open the store, too. */
  addMasterKey(masterKey: Uint8Array): Promise<void>
  /**
   * Lets the master key alone open the store that opens it already.
   *
   * @throws Error when it does not, and nothing is changed
   */
  keepOnlyMasterKey(masterKey: Uint8Array): Promise<void>
}

type Parts = {
  readonly store: Pick<Store, 'keyring'>
  /** The one in use first; then others that the store may still be sealed with. Read again when they do not open it. */
  readonly masterKeys: () => Promise<readonly Uint8Array[]>
  readonly now: () => number
}

type KeptKey = DataKey & { readonly key: string }
type OpenKey = { readonly kept: KeptKey; readonly box: SecretBox }
type Opened = {
  readonly keyring: Keyring
  /** Newest first. */
  readonly keys: readonly [OpenKey, ...OpenKey[]]
  /** The master key that opened it. */
  readonly masterKey: Uint8Array
}

const place = 'keyring'
const wrong = 'the store does not open: is it the right master key?'
const mostTries = 20

const masterKeyIdOf = (masterKey: Uint8Array): string =>
  hash('sha256', Buffer.concat([Buffer.from('regent master key\0'), masterKey]), 'hex').slice(0, 16)

const toBox = (masterKey: Uint8Array, keys: readonly KeptKey[]): KeyringBox => ({
  masterKeyId: masterKeyIdOf(masterKey),
  sealed: openSecretBox(masterKey).seal(Buffer.from(JSON.stringify(keys)), place),
})

const openBox = ({ sealed }: KeyringBox, masterKey: Uint8Array): KeptKey[] =>
  JSON.parse(Buffer.from(openSecretBox(masterKey).open(sealed, place)).toString('utf8'))

const openKeyring = (keyring: Keyring, masterKeys: readonly Uint8Array[]): Opened | undefined => {
  for (const masterKey of masterKeys) {
    const box = keyring.boxes.find(one => one.masterKeyId === masterKeyIdOf(masterKey))
    if (box === undefined) continue
    const [newest, ...older] = openBox(box, masterKey).map(kept => ({
      kept,
      box: openSecretBox(Buffer.from(kept.key, 'base64')),
    }))
    if (newest !== undefined) return { keyring, keys: [newest, ...older], masterKey }
  }
  return undefined
}

/** The first data key: a new one, or the master key itself where it has sealed things without a keyring. */
const firstKey = async (
  { store, now }: Parts,
  masterKeys: readonly Uint8Array[],
): Promise<KeptKey> => {
  const facts = { number: 1, createdAt: now(), sealsFrom: 0 }
  const seal = await store.keyring.findOldSeal()
  if (seal === undefined) return { ...facts, key: randomBytes(32).toString('base64') }
  const right = masterKeys.find(masterKey => opens(masterKey, seal))
  if (right === undefined) throw new Error(wrong)
  return { ...facts, key: Buffer.from(right).toString('base64') }
}

const opens = (masterKey: Uint8Array, seal: Uint8Array): boolean => {
  try {
    openSecretBox(masterKey).open(seal, 'project')
    return true
  } catch {
    return false
  }
}

const load = async (parts: Parts): Promise<Opened> => {
  const masterKeys = await parts.masterKeys()
  const [inUse] = masterKeys
  if (inUse === undefined) throw new TypeError('there is no master key')
  const found = await parts.store.keyring.find()
  if (found !== undefined) {
    const opened = openKeyring(found, masterKeys)
    if (opened === undefined) throw new Error(wrong)
    return opened
  }
  const boxes = [toBox(inUse, [await firstKey(parts, masterKeys)])]
  await parts.store.keyring.insert({ boxes, resealed: { number: 1, at: parts.now() } })
  return load(parts)
}

/**
 * Opens the data keys of the store; the first server makes them. The master key in use is let in where another one
 * opens the store.
 *
 * @throws Error when none of the master keys opens it.
 */
export const openKeyRing = async (parts: Parts): Promise<KeyRing> => {
  const { store, now } = parts
  let opened = await load(parts)

  const reload = async (): Promise<void> => {
    const found = await store.keyring.find()
    if (found === undefined || found.generation === opened.keyring.generation) return
    const again =
      openKeyring(found, [opened.masterKey]) ?? openKeyring(found, await parts.masterKeys())
    if (again === undefined) throw new Error(wrong)
    opened = again
  }

  const sealing = (): OpenKey =>
    opened.keys.find(({ kept }) => kept.sealsFrom <= now()) ?? opened.keys[0]

  const change = async (
    toContent: (keyring: Keyring, keys: readonly KeptKey[]) => KeyringContent,
  ): Promise<void> => {
    for (let tries = 0; tries < mostTries; tries++) {
      await reload()
      const { keyring, keys } = opened
      const kept = keys.map(key => key.kept)
      const next = toContent(keyring, kept)
      if (next === keyring) return
      if (await store.keyring.replace(keyring.generation, next)) return reload()
    }
    throw new Error('the keyring is changed again and again by others')
  }

  const changeKeys = (
    toKeys: (keys: readonly KeptKey[], keyring: Keyring) => readonly KeptKey[],
  ): Promise<void> =>
    change((keyring, keys) => {
      const next = toKeys(keys, keyring)
      if (next === keys) return keyring
      if (keyring.boxes.length > 1) {
        throw new Error('two master keys open the store: one must go first')
      }
      return { ...keyring, boxes: [toBox(opened.masterKey, next)] }
    })

  const addMasterKey = (masterKey: Uint8Array): Promise<void> =>
    change((keyring, keys) => {
      const box = toBox(masterKey, keys)
      const isThere = keyring.boxes.some(({ masterKeyId }) => masterKeyId === box.masterKeyId)
      return isThere ? keyring : { ...keyring, boxes: [...keyring.boxes, box] }
    })

  const numberOfNewest = (): number => opened.keys[0].kept.number

  const [inUse = opened.masterKey] = await parts.masterKeys()
  await addMasterKey(inUse)

  return {
    seal: (secret, where) => sealing().box.seal(secret, where),
    open: (sealed, where) => {
      let failure: unknown
      for (const { box } of opened.keys) {
        try {
          return box.open(sealed, where)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
    isCurrent: (sealed, where) => {
      try {
        sealing().box.open(sealed, where)
        return true
      } catch {
        return false
      }
    },
    state: () => {
      const { resealed, boxes } = opened.keyring
      return {
        dataKeys: opened.keys.map(({ kept: { key: _, ...facts } }) => facts),
        resealedAt: resealed.number === numberOfNewest() ? resealed.at : undefined,
        masterKeys: boxes.length,
      }
    },
    reload,
    addDataKey: sealsFrom =>
      changeKeys((keys, { resealed }) => {
        const number = keys[0]?.number ?? 0
        if (resealed.number !== number) return keys
        const key = randomBytes(32).toString('base64')
        return [{ number: number + 1, createdAt: now(), sealsFrom, key }, ...keys]
      }),
    noteResealed: at =>
      change(keyring => ({ ...keyring, resealed: { number: numberOfNewest(), at } })),
    dropOlderKeys: () => changeKeys(keys => (keys.length === 1 ? keys : keys.slice(0, 1))),
    addMasterKey,
    keepOnlyMasterKey: masterKey =>
      change(keyring => {
        const id = masterKeyIdOf(masterKey)
        const boxes = keyring.boxes.filter(({ masterKeyId }) => masterKeyId === id)
        if (boxes.length === 0) throw new Error('this master key does not open the store')
        return boxes.length === keyring.boxes.length ? keyring : { ...keyring, boxes }
      }),
  }
}
