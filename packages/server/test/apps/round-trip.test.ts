import { join } from 'node:path'
import { adminPaths, type DeployWire, type DirectoryWire } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderApp } from '../../src/apps/definition/render/render-app.ts'
import type { AppDirectory } from '../../src/apps/directory.ts'
import { collectDirectory, readAppDirectory, readAppFiles } from '../../src/apps/read-directory.ts'
import { fromFiles } from '../../src/routes/admin/files-wire.ts'
import { asOperator } from './as-operator.ts'

type Files = DirectoryWire['files']

/** Secrets that the fixtures name. */
const secrets = Object.fromEntries(
  [
    ...['catalogKey', 'googleSecret', 'weatherKey', 'hookSecret'],
    ...[
      'facebookSecret',
      'appleSecret',
      'oidcSecret',
      'mapsSecret',
      'maps-key',
      'idpKeyA',
      'idpKeyB',
    ],
  ].map(name => [name, 'hush-hush-hush-hush-hush-hush-hush-hush']),
)
const allSecrets = { ...secrets, archiveAddress: 'mongodb://archive.example/almanac' }

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

const read = async (name: string): Promise<Files> =>
  fromFiles((await collectDirectory(fixture(name))).files)

const push = async (server: TestServer, files: Files, query = ''): Promise<DeployWire> => {
  const body = { files, secrets: allSecrets, source: 'the fixture' }
  const path = `${adminPaths.deploy(server.projectId)}${query}`
  return asOperator<DeployWire>(server, 'POST', path, body)
}

const pull = async (server: TestServer, { app }: DeployWire): Promise<Files> => {
  const path = adminPaths.directory(server.projectId, app?._id ?? '')
  return (await asOperator<DirectoryWire>(server, 'GET', path)).files
}

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ app: [] })
})
afterAll(() => server[Symbol.asyncDispose]())

const current = ['kiosk', 'workbench', 'catalog', 'almanac', 'shop']

describe('an app that is pushed, pulled and pushed again', () => {
  it.each(current)('is byte by byte the same, and runs already: %s', async name => {
    const files = await read(name)

    const pushed = await push(server, files)
    const pulled = await pull(server, pushed)
    const again = await push(server, pulled)

    expect(pushed).toMatchObject({ outcome: 'deployed', deployment: 1 })
    expect(pulled).toEqual(files)
    expect(again).toMatchObject({ outcome: 'unchanged', deployment: 1, changes: [] })
    expect(await pull(server, again)).toEqual(files)
    expect((await push(server, files)).outcome).toBe('unchanged')
  })

  it('comes back in the layout since 2021 when it was of the one before, and runs already', async () => {
    const files = await read('forum')

    const pushed = await push(server, files)
    const pulled = await pull(server, pushed)

    expect(Object.keys(pulled)).toContain('root_config.json')
    expect(pulled).not.toHaveProperty(['secrets.json'])
    expect((await push(server, pulled)).outcome).toBe('unchanged')
    expect((await push(server, files)).outcome).toBe('unchanged')
    expect(await pull(server, pushed)).toEqual(pulled)
  })
})

describe('parts that nothing serves', () => {
  it('are listed once, whatever there is of them', async () => {
    const { warnings } = await push(server, await read('almanac'))

    expect(warnings).toEqual([
      'not served yet: triggers/ (nightly: SCHEDULED), log_forwarders/; not offered: GraphQL, static hosting',
    ])
  })
})

/** What counts of a directory, without where it was and how it was written. */
const said = (directory: AppDirectory) => {
  const { path, digest, files, functionFiles, secrets, secretPlaces, warning, ...rest } = directory
  return rest
}

describe('files made from what is deployed', () => {
  it.each(current)('say the same: %s', async name => {
    const directory = await readAppDirectory(fixture(name))
    const app = {
      ...said(directory),
      id: '0'.repeat(24),
      clientAppId: directory.clientAppId ?? '',
      providers: directory.providers.map(provider => ({ ...provider, id: '' })),
      digest: '',
      deployedAt: 0,
    }

    const again = await readAppFiles('/rendered', renderApp(app))

    expect(said(again)).toEqual(said(directory))
  })
})
