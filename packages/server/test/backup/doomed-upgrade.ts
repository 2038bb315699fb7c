import { join } from 'node:path'
import { openEmbedded } from '@regent/server/testing'
import { upgradeStore } from '../../src/backup/upgrade-store.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openLog } from '../../src/log.ts'
import { type Doom, doomDocuments } from '../crash/doomed-documents.ts'

/** Upgrades the store of a folder in a process that is killed at the write it is told of. */
const [folder = '', when = 'before', write = '1', engine = 'embedded'] = process.argv.slice(2)
const opened = await openEmbedded({ path: join(folder, 'system.db') })
const { documents, doom } = doomDocuments({ ...opened, engine: engine as Documents['engine'] })
doom({ when: when as Doom['when'], write: Number(write) })
const log = openLog({ level: 'silent' })
await upgradeStore({ place: { folder, store: undefined }, documents, log, now: Date.now })
await opened.close()
