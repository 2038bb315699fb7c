import type { KeysWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import type { AdminHttp } from './http.ts'
import { toDate } from './to-date.ts'

/** A key that signs tokens of an app. */
export type AdminSigningKey = {
  readonly number: number
  readonly signsFrom: Date
}

/** What a server seals and signs with; never a key itself. Lists begin with the newest. */
export type AdminKeys = {
  readonly apps: readonly {
    readonly clientAppId: string
    readonly access: readonly AdminSigningKey[]
    readonly refresh: readonly AdminSigningKey[]
  }[]
  readonly dataKeys: readonly {
    readonly number: number
    readonly createdAt: Date
    readonly sealsFrom: Date
  }[]
  /** Everything is sealed with the newest data key. */
  readonly isResealed: boolean
  /** Master keys that open the store: one, or two on the way. */
  readonly masterKeys: number
}

export type RotateSigningKeysOptions = {
  /** Client app id; default every app. */
  readonly app?: string | undefined
  /** Removes the keys of before at once, which logs everybody out. Default false. */
  readonly atOnce?: boolean | undefined
}

export type AdminMaintenance = {
  /** A backup of everything, as a tar archive. Its last file, `checksums.json`, shows that it is whole. */
  backUp(): Promise<ReadableStream<Uint8Array>>
  keys(): Promise<AdminKeys>
  /** Begins to sign tokens with new keys. Nobody is logged out, unless it is to be `atOnce`. */
  rotateSigningKeys(options?: RotateSigningKeysOptions): Promise<AdminKeys>
  /**
   * Begins to seal everything with a new data key, which goes on in the background, and puts a new master key into
   * `<data>/master.key`; one that the settings give stays.
   *
   * @throws AdminError while two master keys open the store
   */
  rotateMasterKey(): Promise<AdminKeys>
  /** Lets only the newest master key open the store: every server must have it by now. */
  finishKeys(): Promise<AdminKeys>
}

const toKeys = ({ apps, data_keys, is_resealed, master_keys }: KeysWire): AdminKeys => ({
  apps: apps.map(({ client_app_id, access, refresh }) => ({
    clientAppId: client_app_id,
    access: access.map(key => ({ number: key.number, signsFrom: toDate(key.signs_from) })),
    refresh: refresh.map(key => ({ number: key.number, signsFrom: toDate(key.signs_from) })),
  })),
  dataKeys: data_keys.map(({ number, created_at, seals_from }) => ({
    number,
    createdAt: toDate(created_at),
    sealsFrom: toDate(seals_from),
  })),
  isResealed: is_resealed,
  masterKeys: master_keys,
})

export const createAdminMaintenance = ({ request, stream }: AdminHttp): AdminMaintenance => {
  const rotate = async (body: object): Promise<AdminKeys> =>
    toKeys(await request<KeysWire>('POST', adminPaths.rotateKeys(), { body }))

  return {
    backUp: () => stream('POST', adminPaths.backup()),
    keys: async () => toKeys(await request<KeysWire>('GET', adminPaths.keys())),
    rotateSigningKeys: ({ app, atOnce } = {}) =>
      rotate({
        what: 'signing',
        ...(app !== undefined && { app }),
        ...(atOnce && { at_once: true }),
      }),
    rotateMasterKey: () => rotate({ what: 'master' }),
    finishKeys: async () => toKeys(await request<KeysWire>('POST', adminPaths.finishKeys())),
  }
}
