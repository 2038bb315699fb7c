import type { KeptSecret } from '../store/keys/secrets.ts'
import type { Store } from '../store/store.ts'
import type { SecretBox } from './secret-box.ts'

/** Secrets of apps by name: sealed in the store, opened where they are used. */
export type AppSecrets = {
  /**
   * The secret's text; `undefined` when the app has none of that name.
   *
   * @throws Error when the master key does not open it
   */
  read(appId: string, name: string): Promise<string | undefined>
  /** Resolves `false` when the app has one of that name already, which stays as it is. */
  add(appId: string, name: string, value: string): Promise<boolean>
  write(appId: string, name: string, value: string): Promise<void>
  /** Names only, in order: values are not shown again. */
  list(appId: string): Promise<string[]>
  /** Resolves `false` when there is none of that name. */
  remove(appId: string, name: string): Promise<boolean>
  /** The value that the operator gave this secret at the start of the server, whichever app names it. */
  given(name: string): string | undefined
}

type Parts = {
  readonly store: Pick<Store, 'secrets'>
  readonly secrets: SecretBox
  readonly now: () => number
  /** Default none. */
  readonly given?: AppSecrets['given']
}

const mostOpened = 500

/** Where a secret of an app is sealed for. */
export const secretPlace = (appId: string, name: string): string => `secrets/${appId}/${name}`

const isEqual = (left: Uint8Array, right: Uint8Array): boolean => Buffer.compare(left, right) === 0

/** Opens what was sealed, and remembers it for as long as the same is found at its place. */
const rememberOpened = (secrets: SecretBox): ((sealed: Uint8Array, place: string) => string) => {
  const opened = new Map<string, { readonly sealed: Uint8Array; readonly text: string }>()
  return (sealed, place) => {
    const known = opened.get(place)
    if (known !== undefined && isEqual(known.sealed, sealed)) return known.text
    const text = Buffer.from(secrets.open(sealed, place)).toString('utf8')
    if (opened.size >= mostOpened) opened.clear()
    opened.set(place, { sealed: Uint8Array.from(sealed), text })
    return text
  }
}

export const openAppSecrets = ({
  store,
  secrets,
  now,
  given = () => undefined,
}: Parts): AppSecrets => {
  const open = rememberOpened(secrets)
  const seal = (appId: string, name: string, value: string): KeptSecret => ({
    appId,
    name,
    sealed: secrets.seal(Buffer.from(value, 'utf8'), secretPlace(appId, name)),
    changedAt: now(),
  })
  return {
    given,
    read: async (appId, name) => {
      const kept = await store.secrets.find(appId, name)
      return kept && open(kept.sealed, secretPlace(appId, name))
    },
    add: (appId, name, value) => store.secrets.add(seal(appId, name, value)),
    write: (appId, name, value) => store.secrets.put(seal(appId, name, value)),
    list: async appId => (await store.secrets.listByApp(appId)).map(({ name }) => name),
    remove: (appId, name) => store.secrets.remove(appId, name),
  }
}
