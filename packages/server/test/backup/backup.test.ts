import { createReadStream, existsSync } from 'node:fs'
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { openEmbedded, startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { readArchive } from '../../src/backup/archive.ts'
import { backUp, writeBackup } from '../../src/backup/back-up.ts'
import { restore } from '../../src/backup/restore.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { backUpOver, crowdApp, findLost, gather, ownersOf } from './crowd.ts'
import { cutOffAt } from './cut-off.ts'

const patient = 120_000
const now = Date.UTC(2026, 10, 23, 8)
/** These tests are about a data folder, whatever the others run on. */
const embedded = { settings: { store: undefined } }
const place = (folder: string) => ({ folder, store: undefined })

const bytesOf = (response: Response): AsyncIterable<Uint8Array> =>
  Readable.fromWeb(response.body as never)

/** A server with some people, and its backup made while it ran. */
const makeBackup = async (people: number) => {
  await using opened = new AsyncDisposableStack()
  const folder = opened.use(await makeFolder())
  const server = opened.use(await startTestServer({ app: crowdApp, ...embedded }))
  const crowd = gather(server)
  await crowd.grow(people)
  await crowd.stop()
  const path = join(folder.path, 'backup.tar')
  await writeBackup(path, backUp(place(server.dataDir), now))
  const owned = opened.move()
  return { path, server, crowd, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

describe('a backup of a data folder', () => {
  it('made under load holds one moment of all files, and everybody goes on from it', {
    timeout: patient,
  }, async () => {
    await using folder = await makeFolder()
    await using server = await startTestServer({ app: crowdApp, ...embedded })
    const path = join(folder.path, 'backup.tar')
    const crowd = gather(server)
    await crowd.grow(150)

    const before = [...crowd.witnesses]
    const response = await backUpOver(server)
    const meanwhile = crowd.witnesses.length
    await writeBackup(path, bytesOf(response))
    await crowd.grow(50)
    await crowd.stop()
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/x-tar',
    ])
    expect(crowd.strange).toEqual([])

    const restored = join(folder.path, 'restored')
    const facts = await restore(place(restored), createReadStream(path), { now })
    await using again = await startTestServer({ app: crowdApp, ...embedded, dataDir: restored })

    expect(facts).toMatchObject({ engine: 'embedded', storeVersion: 2 })
    expect(again.running.deployed[0]?.outcome).toBe('unchanged')
    expect(await findLost(again, before)).toEqual([])
    const owners = await ownersOf(again)
    expect(owners.length).toBeGreaterThanOrEqual(before.length)
    expect(owners.length).toBeLessThanOrEqual(meanwhile + 8)
    const users = await Promise.all(owners.map(id => again.deps.store.users.findById(id)))
    expect(users.filter(user => user === undefined)).toEqual([])
    const own = new Set(owners)
    expect(before.filter(({ userId }) => !own.has(userId))).toEqual([])
    expect(await findLost(again, crowd.witnesses)).not.toEqual([])
  })

  it('lets nobody wait for long while it is made', { timeout: patient }, async () => {
    await using server = await startTestServer({ app: crowdApp, ...embedded })
    const crowd = gather(server, 2)
    await crowd.grow(20)
    let longest = 0
    let last = performance.now()
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)

    await (await backUpOver(server)).arrayBuffer()

    clearInterval(timer)
    await crowd.stop()
    expect(crowd.strange).toEqual([])
    expect(longest).toBeLessThan(1_500)
  })

  it('has the master key and every file of data, and leaves nothing behind', async () => {
    await using made = await makeBackup(3)
    const again = join(made.server.dataDir, 'again.tar')
    await writeBackup(again, backUp(place(made.server.dataDir), now))
    const names: string[] = []
    for await (const { name } of readArchive(createReadStream(again))) names.push(name)

    expect(names).toEqual([
      'backup.json',
      'files/master.key',
      'files/apps/test-aaaaa/mongodb-atlas.db',
      'files/logs.db',
      'files/system.db',
      'checksums.json',
    ])
    expect((await stat(made.path)).mode & 0o777).toBe(0o600)
    expect((await readdir(made.server.dataDir)).filter(name => name.startsWith('backup'))).toEqual(
      [],
    )
  })

  it('that came only in part is no file', async () => {
    await using folder = await makeFolder()
    const path = join(folder.path, 'backup.tar')

    const cut = writeBackup(path, Readable.from([Buffer.from('half')]))

    await expect(cut).rejects.toThrow('the backup is cut off')
    expect(await readdir(folder.path)).toEqual([])
  })

  it('is refused while another is made, and what is left of one that was cut off goes', async () => {
    await using server = await startTestServer({ app: crowdApp, ...embedded })
    const first = await backUpOver(server)
    const second = await backUpOver(server)

    expect([first.status, second.status]).toEqual([200, 409])
    expect(await second.json()).toMatchObject({ error: 'a backup is being made already' })
    await first.body?.cancel()
    let third = await backUpOver(server)
    while (third.status === 409) third = await backUpOver(server)
    expect(third.status).toBe(200)
    await third.arrayBuffer()
    const left = (await readdir(server.dataDir)).filter(name => name.startsWith('backup'))
    expect(left).toEqual([])
  })

  it('says what kept it from being made', async () => {
    await using server = await startTestServer({ app: crowdApp, ...embedded })
    await writeFile(join(server.dataDir, 'broken.db'), 'this is no database, of whatever kind')

    const response = await backUpOver(server)

    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({
      error:
        'the backup could not be made: the data folder cannot be copied: file is not a database',
    })
  })
})

describe('a restore into a data folder', () => {
  it('touches nothing while a server runs there', async () => {
    await using made = await makeBackup(1)

    const again = restore(place(made.server.dataDir), createReadStream(made.path), {
      now,
      replaces: true,
    })

    await expect(again).rejects.toThrow('another Regent server is using the data folder')
  })

  it('takes the place of other data only when it is told to, and keeps what was there', {
    timeout: patient,
  }, async () => {
    await using made = await makeBackup(3)
    await using folder = await makeFolder()
    const { path, crowd } = made
    const other = await startTestServer({ app: crowdApp, ...embedded, dataDir: folder.path })
    await other.stop()

    await expect(restore(place(folder.path), createReadStream(path), { now })).rejects.toThrow(
      `the data folder ${folder.path} is in use`,
    )
    await restore(place(folder.path), createReadStream(path), { now, replaces: true })

    const kept = join(folder.path, 'replaced-2026-11-23T08-00-00.000Z')
    expect((await readdir(kept)).toSorted()).toContain('system.db')
    await using server = await startTestServer({ app: crowdApp, ...embedded, dataDir: folder.path })
    expect(await findLost(server, crowd.witnesses)).toEqual([])
  })

  it('changes nothing when the backup is cut off', async () => {
    await using made = await makeBackup(3)
    await using folder = await makeFolder()
    await truncate(made.path, (await stat(made.path)).size - 2_000)
    await writeFile(join(folder.path, 'master.key'), 'kept')

    const cut = restore(place(folder.path), createReadStream(made.path), { now, replaces: true })

    await expect(cut).rejects.toThrow('the backup is cut off')
    expect(await readFile(join(folder.path, 'master.key'), 'utf8')).toBe('kept')
    expect(existsSync(join(folder.path, 'system.db'))).toBe(false)
    expect((await readdir(folder.path)).toSorted()).toEqual(['lock.db', 'master.key'])
  })

  it('is refused for a backup of a newer store, or of one of another kind', async () => {
    await using made = await makeBackup(1)
    const bytes = await readFile(made.path)
    await using folder = await makeFolder()
    const at = bytes.indexOf('"storeVersion": 2')
    const newer = Buffer.from(bytes)
    newer.write('"storeVersion": 9', at)

    await expect(restore(place(folder.path), Readable.from([newer]), { now })).rejects.toThrow(
      'of a newer Regent (store version 9)',
    )
    await expect(
      restore(
        { folder: folder.path, store: 'mongodb://127.0.0.1:1/regent' },
        Readable.from([bytes]),
        {
          now,
        },
      ),
    ).rejects.toThrow('it needs a data folder alone')
  })

  it('tells those who watched before that they have to begin anew', async () => {
    await using made = await makeBackup(2)
    await using folder = await makeFolder()
    const file = join('apps', 'test-aaaaa', 'mongodb-atlas.db')
    const tokenOf = async (path: string): Promise<unknown> => {
      await using opened = await openEmbedded({ path, changeLog: true, readOnly: true }).then(
        documents => ({ ...documents, [Symbol.asyncDispose]: documents.close }),
      )
      const stream = await opened.database('shop').collection('notes').watch()
      const { resumeToken } = stream
      await stream.close()
      return resumeToken
    }
    const before = (await tokenOf(join(made.server.dataDir, file))) as object
    await restore(place(folder.path), createReadStream(made.path), { now })

    const documents = await openEmbedded({ path: join(folder.path, file), changeLog: true })
    const collection = documents.database('shop').collection('notes')
    const resumed = collection.watch({ resumeAfter: before }).then(stream => stream.next())
    await expect(resumed).rejects.toMatchObject({ code: 286 })
    await documents.close()
  })

  for (const phase of ['restore.ready', 'restore.moving'] as const) {
    it(`is finished by the next start when it was cut off at ${phase}`, {
      timeout: patient,
    }, async () => {
      await using made = await makeBackup(3)
      await using folder = await makeFolder()
      const { path: dataDir } = folder
      const old = await startTestServer({ app: crowdApp, ...embedded, dataDir })
      await old.stop()
      const before = (await readdir(dataDir)).filter(name => name !== 'lock.db').toSorted()
      await cutOffAt(phase, dataDir, made.path)
      expect(existsSync(join(dataDir, phase))).toBe(true)

      await using server = await startTestServer({ app: crowdApp, ...embedded, dataDir })

      expect(await findLost(server, made.crowd.witnesses)).toEqual([])
      expect(existsSync(join(dataDir, phase))).toBe(false)
      const away = (await readdir(dataDir)).filter(name => name.startsWith('replaced-'))
      const kept = await Promise.all(away.map(name => readdir(join(dataDir, name))))
      expect(kept.flat().toSorted()).toEqual(before)
    })
  }
})
