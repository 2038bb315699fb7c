import { Readable } from 'node:stream'
import { adminPaths, type KeysWire, keysWire, rotateKeysBody } from '@regent/protocol'
import { AppError } from '../../errors.ts'
import { startBackUp } from '../../use-cases/back-up.ts'
import { describeKeys, type KeysDescribed } from '../../use-cases/keys/describe-keys.ts'
import { finishMasterKey, rotateMasterKey } from '../../use-cases/keys/rotate-master-key.ts'
import { rotateSigningKeys } from '../../use-cases/keys/rotate-signing-keys.ts'
import { toSeconds } from '../to-seconds.ts'
import { type AdminRoute, adminRoute } from './route.ts'

type Facts = { readonly number: number; readonly signsFrom: number }

const toKeyWire = ({ number, signsFrom }: Facts) => ({ number, signs_from: toSeconds(signsFrom) })

const toWire = ({ apps, ring }: KeysDescribed): KeysWire => ({
  apps: apps.map(({ app, keys }) => ({
    app_id: app.id,
    client_app_id: app.clientAppId,
    access: keys.access.map(toKeyWire),
    refresh: keys.refresh.map(toKeyWire),
  })),
  data_keys: ring.dataKeys.map(({ number, createdAt, sealsFrom }) => ({
    number,
    created_at: toSeconds(createdAt),
    seals_from: toSeconds(sealsFrom),
  })),
  is_resealed: ring.resealedAt !== undefined,
  master_keys: ring.masterKeys,
})

/** What keeps a server going: its backup and its keys. */
export const maintenanceRoutes: readonly AdminRoute[] = [
  adminRoute({
    method: 'POST',
    path: adminPaths.backup(),
    operation: 'backUp',
    summary:
      'A backup of everything, as a tar archive: of an embedded store as of one moment, with the master key. Its last file, `checksums.json`, shows that it is whole.',
    tag: 'maintenance',
    access: 'write',
    answer: { status: 200, contentType: 'application/x-tar' },
    handle: async ({ deps }) => Readable.from(await startBackUp(deps), { objectMode: false }),
  }),
  adminRoute({
    method: 'GET',
    path: adminPaths.keys(),
    operation: 'describeKeys',
    summary: 'The keys that tokens are signed and secrets sealed with, without the keys.',
    tag: 'maintenance',
    access: 'read',
    answer: { status: 200, shape: keysWire },
    handle: async ({ deps }) => toWire(await describeKeys(deps)),
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.rotateKeys(),
    operation: 'rotateKeys',
    summary:
      'Begins to sign tokens, or to seal secrets, with new keys; nobody is logged out. What follows is done in the background.',
    tag: 'maintenance',
    access: 'write',
    body: rotateKeysBody,
    answer: { status: 202, shape: keysWire },
    handle: async ({ deps, context, body }) => {
      const { what, app: wanted, at_once: atOnce = false } = body
      if (what === 'master') await rotateMasterKey(deps)
      else {
        const all = await deps.store.apps.list()
        const apps = all.filter(({ clientAppId }) => wanted === undefined || clientAppId === wanted)
        if (wanted !== undefined && apps.length === 0) {
          throw new AppError('adminAppNotFound', { appId: wanted })
        }
        const project = wanted === undefined ? [{ id: context.projectId }] : []
        await rotateSigningKeys(deps, [...apps, ...project], { atOnce })
      }
      return toWire(await describeKeys(deps))
    },
  }),
  adminRoute({
    method: 'POST',
    path: adminPaths.finishKeys(),
    operation: 'finishKeys',
    summary: 'Lets only the newest master key open the store: every server must have it by now.',
    tag: 'maintenance',
    access: 'write',
    answer: { status: 200, shape: keysWire },
    handle: async ({ deps }) => {
      await finishMasterKey(deps)
      return toWire(await describeKeys(deps))
    },
  }),
]
