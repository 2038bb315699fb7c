import { fork } from 'node:child_process'
import { once } from 'node:events'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openEmbedded, startTestServer } from '@regent/server/testing'
import { type Document, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { checkStore, upgradeStore } from '../../src/backup/upgrade-store.ts'
import type { Documents } from '../../src/documents/documents.ts'
import { openLog } from '../../src/log.ts'
import { systemDatabase } from '../../src/store/store.ts'
import { storeVersion } from '../../src/store/versions/version.ts'
import type { Doom } from '../crash/doomed-documents.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { app, copyFixture, embedded, expectAllThere } from './older-store.ts'

/** More than a batch of each, besides those who are there. */
const many = 510

const crowd = (make: (at: number) => Document): Document[] =>
  Array.from({ length: many }, (_, at) => make(at))

/** Users and registrations that nobody logged in with, as the first version kept them. */
const fill = async (folder: string): Promise<void> => {
  const documents = await openEmbedded({ path: join(folder, 'system.db') })
  const database = systemDatabase(documents)
  const [users, passwords] = [database.collection('users'), database.collection('passwords')]
  const [ada] = await users.find({ 'identities.providerType': 'local-userpass' })
  const [registration] = await passwords.find({})
  if (!ada || !registration) throw new Error('nobody is there')
  await users.insertMany(
    crowd(at => {
      const data = { email: `user-${at}@example.com` }
      const identity = { ...ada.identities[0], id: `user-${at}`, data }
      return { ...ada, _id: new ObjectId(), identities: [identity] }
    }),
  )
  await passwords.insertMany(
    crowd(at => ({
      ...registration,
      _id: `${registration.appId}:pending-${at}@example.com`,
      email: `pending-${at}@example.com`,
      identityId: new ObjectId(),
    })),
  )
  await documents.close()
}

const program = fileURLToPath(new URL('./doomed-upgrade.ts', import.meta.url))

/** Resolves whether the upgrade came to its end before the write that was to kill it. */
const upgradeUntil = async (
  folder: string,
  { when, write }: Doom,
  engine: Documents['engine'] = 'embedded',
): Promise<boolean> => {
  const given = [folder, when, String(write), engine]
  const child = fork(program, given, { execArgv: process.execArgv })
  const [code, signal] = await once(child, 'exit')
  expect([code, signal]).toEqual(signal === null ? [0, null] : [null, 'SIGKILL'])
  return signal === null
}

const expectUpgraded = async (folder: string): Promise<void> => {
  const documents = await openEmbedded({ path: join(folder, 'system.db'), readOnly: true })
  const database = systemDatabase(documents)
  expect(await checkStore(documents)).toBe(storeVersion)
  expect(await database.collection('users').countDocuments({ email: /@example/ })).toBe(many + 1)
  expect(await database.collection('passwords').countDocuments({ unused: true })).toBe(many)
  await documents.close()
}

describe('a server that is killed while it upgrades an older store', () => {
  it('ends the upgrade at the next start, with everybody and everything there', {
    timeout: 240_000,
  }, async () => {
    await using older = await makeFolder()
    const facts = await copyFixture(older.path)
    await fill(older.path)
    const dieAt = async (doom: Doom): Promise<boolean> => {
      await using folder = await makeFolder()
      await cp(older.path, folder.path, { recursive: true })
      const isDone = await upgradeUntil(folder.path, doom)
      await using server = await startTestServer({ app, ...embedded, dataDir: folder.path })
      await expectAllThere(server, facts)
      await expectUpgraded(folder.path)
      return isDone
    }

    let write = 1
    while (!(await dieAt({ when: 'before', write }))) write += 1
    await dieAt({ when: 'after', write: write - 1 })

    expect(write - 1).toBeGreaterThanOrEqual(5)
  })

  it('keeps other servers of its store waiting for half a minute, not longer', {
    timeout: 60_000,
  }, async () => {
    await using folder = await makeFolder()
    await copyFixture(folder.path)
    await upgradeUntil(folder.path, { when: 'before', write: 2 }, 'mongodb')
    const opened = await openEmbedded({ path: join(folder.path, 'system.db') })
    const documents: Documents = { ...opened, engine: 'mongodb' }
    const begun = Date.now()
    let time = begun
    const now = (): number => {
      time += 5_000
      return time
    }

    const log = openLog({ level: 'silent' })
    await upgradeStore({ place: { folder: folder.path, store: undefined }, documents, log, now })

    expect(await checkStore(documents)).toBe(storeVersion)
    expect(time - begun).toBeGreaterThan(20_000)
    expect(time - begun).toBeLessThan(120_000)
    await opened.close()
  })
})
