import type { KeysWire } from '@regent/protocol'
import { adminPaths } from '@regent/protocol/paths'
import { AdminError } from './error.ts'
import type { AdminHttp } from './http.ts'

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
  rotateSigningKeys(options?: RotateSigningKeysOptions): Promise<AdminKeys>
  rotateMasterKey(): Promise<AdminKeys>
  /** Lets only the newest master key open the store: every server must have it by now. */
  finishKeys(): Promise<AdminKeys>
}

const toDate = (seconds: number): Date => new Date(seconds * 1000)

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

export const createAdminMaintenance = ({ request, send }: AdminHttp): AdminMaintenance => {
  const rotate = async (body: object): Promise<AdminKeys> =>
    toKeys(await request<KeysWire>('POST', adminPaths.rotateKeys(), { body }))

  return {
    backUp: async () => {
      const timeoutMs = Number.POSITIVE_INFINITY
      const { body } = await send('POST', adminPaths.backup(), { timeoutMs })
      if (body === null) throw new AdminError('the answer holds no backup')
      // A stream that nobody reads yet is ended when its response is collected as garbage.
      return body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>())
    },
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
