import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { adminPaths, clientPaths } from '@regent/protocol'
import { openEmbedded, startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { restore } from '../../src/backup/restore.ts'
import { systemDatabase } from '../../src/store/store.ts'
import { readStoreState, storeVersion, writeStoreState } from '../../src/store/versions/version.ts'
import { makeFolder } from '../documents/embedded/open-temp.ts'
import { openTempDocuments } from '../store/temp-documents.ts'

/** A data folder as the first version wrote it, and what its app's users know. */
const fixture = fileURLToPath(new URL('./fixtures/store-1', import.meta.url))

type Facts = Readonly<
  Record<
    | 'clientAppId'
    | 'email'
    | 'password'
    | 'userId'
    | 'refreshToken'
    | 'guestRefreshToken'
    | 'apiKey',
    string
  >
>

const app = {
  clientAppId: 'shop-aaaaa',
  anonymousDays: 0,
  providers: ['anon-user', 'local-userpass', 'api-key'],
  refreshTokenSeconds: 5 * 365 * 24 * 3600,
  dataSources: ['mongodb-atlas'],
} as const

const embedded = { settings: { store: undefined } }

const copyFixture = async (folder: string): Promise<Facts> => {
  const source = join('apps', 'shop-aaaaa', 'mongodb-atlas.db')
  await mkdir(join(folder, 'apps', 'shop-aaaaa'), { recursive: true })
  for (const file of ['system.db', source]) {
    const bytes = await promisify(gunzip)(await readFile(join(fixture, `${file}.gz`)))
    await writeFile(join(folder, file), bytes)
  }
  await copyFile(join(fixture, 'master.key'), join(folder, 'master.key'))
  return JSON.parse(await readFile(join(fixture, 'facts.json'), 'utf8')) as Facts
}

const bodyOf = async (answer: Promise<Response>): Promise<Record<string, string>> => {
  const response = await answer
  expect(response.ok, `${response.status}`).toBe(true)
  return (await response.json()) as Record<string, string>
}

/** What everybody could do before. */
const expectAllThere = async (server: TestServer, facts: Facts): Promise<void> => {
  const { clientAppId, email, password, userId, refreshToken, guestRefreshToken, apiKey } = facts
  const logIn = (provider: string, json: object) =>
    bodyOf(server.request('POST', clientPaths.login(clientAppId, provider), { json }))

  for (const bearer of [refreshToken, guestRefreshToken]) {
    await bodyOf(server.request('POST', clientPaths.session(), { bearer }))
  }
  const ada = await logIn('local-userpass', { username: email, password })
  expect(ada.user_id).toBe(userId)
  expect((await logIn('api-key', { key: apiKey })).user_id).toBe(userId)
  const call = (json: object) =>
    bodyOf(
      server.request('POST', clientPaths.callFunction(clientAppId), {
        bearer: String(ada.access_token),
        json,
      }),
    )
  const place = { database: 'shop', collection: 'notes', query: { owner: userId } }
  expect(
    await call({ name: 'findOne', service: 'mongodb-atlas', arguments: [place] }),
  ).toMatchObject({ owner: userId })
  const [own] = server.apps
  expect(await server.deps.appSecrets.read(own?.id ?? '', 'size')).toBe('large')
}

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
