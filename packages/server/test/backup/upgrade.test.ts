import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { adminPaths } from '@regent/protocol'
import { openEmbedded, startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { restore } from '../../src/backup/restore.ts'
import { systemDatabase } from '../../src/store/store.ts'
import { readStoreState, storeVersion, writeStoreState } from '../../src/store/versions/version.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { openTempDocuments } from '../store/temp-documents.ts'
import { app, bodyOf, copyFixture, embedded, expectAllThere } from './older-store.ts'

const textsOf = (server: TestServer): unknown[] => server.logs().map(({ msg }) => msg)

describe('a store of an older server', () => {
  it('is upgraded at the start, after a backup from which it can come back', {
    timeout: 60_000,
  }, async () => {
    await using folder = await makeFolder()
    await using other = await makeFolder()
    const facts = await copyFixture(folder.path)

    await using server = await startTestServer({ app, ...embedded, dataDir: folder.path })
    expect(textsOf(server)).toContain('the store is upgraded; a backup is made first')
    expect(textsOf(server)).toContain('the store was upgraded')
    await expectAllThere(server, facts)
    const documents = await openEmbedded({ path: join(folder.path, 'system.db'), readOnly: true })
    const users = systemDatabase(documents).collection('users')
    expect(await users.countDocuments({ email: 'ada@example.com' })).toBe(1)
    await documents.close()

    const backups = await readdir(join(folder.path, 'backups'))
    expect(backups).toEqual([expect.stringMatching(/^version-1-.*\.tar$/)])
    const backup = createReadStream(join(folder.path, 'backups', backups[0] ?? ''))
    const place = { folder: other.path, store: undefined }
    expect(await restore(place, backup, { now: 0 })).toMatchObject({ storeVersion: 1 })
    await using again = await startTestServer({ app, ...embedded, dataDir: other.path })
    expect(textsOf(again)).toContain('the store was upgraded')
    await expectAllThere(again, facts)
  })

  it('is upgraded once', async () => {
    await using folder = await makeFolder()
    await copyFixture(folder.path)
    const first = await startTestServer({ app, ...embedded, dataDir: folder.path })
    await first.stop()

    await using second = await startTestServer({ app, ...embedded, dataDir: folder.path })

    expect(textsOf(second)).not.toContain('the store was upgraded')
    expect(await readdir(join(folder.path, 'backups'))).toHaveLength(1)
  })

  it('keeps its secrets and sessions when the master key changes after that', async () => {
    await using folder = await makeFolder()
    const facts = await copyFixture(folder.path)
    await using server = await startTestServer({ app, ...embedded, dataDir: folder.path })
    await bodyOf(
      server.request('POST', adminPaths.rotateKeys(), {
        bearer: server.operatorKey,
        json: { what: 'master' },
      }),
    )
    await server.stop()

    await using again = await startTestServer({ app, ...embedded, dataDir: folder.path })
    await expectAllThere(again, facts)
  })
})

describe('a new store', () => {
  it('says of which version it is', async () => {
    await using server = await startTestServer(embedded)
    const documents = await openEmbedded({
      path: join(server.dataDir, 'system.db'),
      readOnly: true,
    })

    expect(await readStoreState(systemDatabase(documents))).toEqual({
      version: storeVersion,
      isRestoring: false,
    })
    expect(await readdir(server.dataDir)).not.toContain('backups')
    await documents.close()
  })
})

describe('a store that must not be touched', () => {
  for (const [state, text] of [
    [
      { version: storeVersion + 1, isRestoring: false },
      `the store is of version ${storeVersion + 1}, written by a newer Regent; this one knows up to version ${storeVersion}: start the newer one, or restore the backup that it made before`,
    ],
    [
      { version: storeVersion, isRestoring: true },
      'a backup was being put into this store and not all of it is there: run `regent restore` again, with --replace',
    ],
  ] as const) {
    it(`is left alone, with a sentence that says: ${text.slice(0, 40)}`, async () => {
      await using temp = await openTempDocuments()
      const { documents } = temp
      await writeStoreState(systemDatabase(documents), state)

      const start = startTestServer({
        openDocuments: async () => ({ ...documents, close: async () => {} }),
      })

      await expect(start).rejects.toThrow(text)
      expect(await systemDatabase(documents).listCollections()).toEqual(['storeVersion'])
    })
  }
})
