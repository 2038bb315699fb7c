import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { dropDatabases, startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it, type TestContext } from 'vitest'
import { writeBackup } from '../../src/backup/back-up.ts'
import { restore } from '../../src/backup/restore.ts'
import { prefixedNaming } from '../../src/data/sources/naming.ts'
import { openMongoDb } from '../../src/documents/mongodb/index.ts'
import { logsDatabaseOf, withDatabase } from '../../src/domain/mongodb-address.ts'
import { sweepOnce } from '../../src/jobs/sweep.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { needCluster } from '../documents/mongodb/cluster.ts'
import { backUpOver, crowdApp, findLost, gather, ownersOf } from './crowd.ts'

const patient = 180_000
const now = Date.UTC(2026, 10, 23, 8)
const masterKey = Buffer.alloc(32, 'm').toString('base64')

/** A database of its own for a server's store; everything goes with it. */
const openPlace = async (context: TestContext) => {
  const cluster = needCluster(context)
  const name = `regent_t${randomBytes(8).toString('hex')}`
  const store = withDatabase(cluster, name)
  const folder = await makeFolder()
  const own = prefixedNaming({ server: name, clientAppId: 'test-aaaaa', source: 'mongodb-atlas' })
  const isOurs = (each: string): boolean =>
    [name, logsDatabaseOf(name)].includes(each) || own.fromStored(each) !== undefined
  return {
    name,
    store,
    backup: join(folder.path, 'backup.tar'),
    place: { folder: folder.path, store },
    start: () => startTestServer({ app: crowdApp, settings: { store, masterKey } }),
    drop: () => dropDatabases(cluster, isOurs),
    [Symbol.asyncDispose]: async () => {
      await dropDatabases(cluster, isOurs)
      await folder[Symbol.asyncDispose]()
    },
  }
}

const save = async (server: TestServer, path: string): Promise<void> => {
  const response = await backUpOver(server)
  expect(response.status).toBe(200)
  await writeBackup(path, Readable.fromWeb(response.body as never))
}

describe('a backup of a MongoDB', () => {
  it('made under load brings back everybody who was there before, and their data', {
    timeout: patient,
  }, async context => {
    await using opened = await openPlace(context)
    const { place, backup } = opened
    const server = await opened.start()
    await server.deps.appSecrets.write(server.app.id, 'colour', 'green')
    const crowd = gather(server, 4)
    await crowd.grow(40)
    const before = [...crowd.witnesses]
    await save(server, backup)
    await crowd.stop()
    expect(crowd.strange).toEqual([])
    await server.stop()

    const taken = restore(place, createReadStream(backup), { now })
    await expect(taken).rejects.toThrow(`the database ${opened.name} is in use`)
    await opened.drop()
    const facts = await restore(place, createReadStream(backup), { now })
    await using again = await opened.start()

    expect(facts).toMatchObject({ engine: 'mongodb', database: opened.name, storeVersion: 2 })
    expect(await findLost(again, before)).toEqual([])
    const owners = new Set(await ownersOf(again))
    expect(before.filter(({ userId }) => !owners.has(userId))).toEqual([])
    expect(await again.deps.appSecrets.read(again.app.id, 'colour')).toBe('green')
    expect(again.running.deployed[0]?.outcome).toBe('unchanged')
  })

  it('keeps a store that was restored in part from being used', {
    timeout: patient,
  }, async context => {
    await using opened = await openPlace(context)
    const { place, backup } = opened
    const server = await opened.start()
    const crowd = gather(server, 2)
    await crowd.grow(3)
    await crowd.stop()
    await save(server, backup)
    await server.stop()
    await opened.drop()
    const { size } = await stat(backup)
    await truncate(backup, size - 2_000)

    const cut = restore(place, createReadStream(backup), { now })
    await expect(cut).rejects.toThrow('the backup is cut off')
    await expect(opened.start()).rejects.toThrow('run `regent restore` again')
  })

  it('is for the database that it was made of', { timeout: patient }, async context => {
    await using opened = await openPlace(context)
    await using other = await openPlace(context)
    const server = await opened.start()
    await save(server, opened.backup)
    await server.stop()

    const elsewhere = restore(other.place, createReadStream(opened.backup), { now })
    await expect(elsewhere).rejects.toThrow(`of the database ${opened.name}`)
    const folder = { folder: other.place.folder, store: undefined }
    const embedded = restore(folder, createReadStream(opened.backup), { now })
    await expect(embedded).rejects.toThrow('it needs the address of a MongoDB')
  })

  it('leaves no user behind who was deleted while it was made', {
    timeout: patient,
  }, async context => {
    await using opened = await openPlace(context)
    const { place, backup } = opened
    const server = await opened.start()
    const crowd = gather(server, 1)
    await crowd.grow(3)
    await crowd.stop()
    const [gone] = crowd.witnesses
    const userId = gone?.userId ?? ''
    const [claim] = await server.deps.store.identities.listByUser(userId)
    if (claim) await server.deps.store.identities.remove(claim)
    await save(server, backup)
    await server.stop()
    await opened.drop()

    await restore(place, createReadStream(backup), { now })
    const documents = await openMongoDb({ address: opened.store, systemDatabase: opened.name })
    const users = documents.database(opened.name).collection('users')
    expect(await users.countDocuments({ deleting: true })).toBe(1)
    await documents.close()
    await using again = await opened.start()
    while ((await sweepOnce(again.deps)) === undefined) await new Promise(r => setTimeout(r, 20))

    expect(await again.deps.store.users.findById(userId)).toBeUndefined()
    const others = crowd.witnesses.filter(one => one.userId !== userId)
    expect(await findLost(again, others)).toEqual([])
  })
})
