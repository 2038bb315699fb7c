import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeApp, readDefinition } from '../../../src/apps/definition/change-app.ts'
import { deployApp } from '../../../src/apps/deploy.ts'
import { readAppFiles } from '../../../src/apps/read-directory.ts'
import { openEmbedded } from '../../../src/documents/embedded/index.ts'
import type { App } from '../../../src/domain/app.ts'
import type { Operator } from '../../../src/domain/operator.ts'
import { depsOver } from '../../deps/open-deps.ts'
import { asTexts } from '../problems.ts'
import { shop } from '../write-directory.ts'

const ada: Operator = { id: '0a', name: 'ada', kind: 'admin', role: 'full' }

type Server = Awaited<ReturnType<typeof depsOver>>

/** Two servers that know nothing of each other but the store. */
let servers: readonly [Server, Server]
const opened = new AsyncDisposableStack()
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'regent-test-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const documents = await openEmbedded({ path: join(folder, 'system.db') })
  opened.defer(() => documents.close())
  const masterKey = Buffer.alloc(32, 7)
  const first = await depsOver(documents, { folder, masterKey })
  servers = [first, await depsOver(documents, { folder, masterKey })]
  for (const { deps } of servers) {
    opened.defer(() => deps.data.close())
    opened.defer(() => deps.functions.close())
  }
})
afterAll(() => opened.disposeAsync())

const deploy = async (name: string): Promise<App> => {
  const root = { ...shop['root_config.json'], app_id: `${name}-aaaaa`, name }
  const directory = await readAppFiles('/shop', asTexts({ ...shop, 'root_config.json': root }))
  return (await deployApp(servers[0].deps, directory)).app
}

const add = ({ deps }: Server, app: App, name: string): Promise<void> =>
  changeApp(deps, app, ada, definition =>
    definition.writeJson(`values/${name}.json`, { name, value: 1 }),
  )

describe('two servers that change the same app at the same time', () => {
  it('lose none of the changes, and number them one by one', async () => {
    const app = await deploy('both')
    const names = Array.from({ length: 16 }, (_, index) => `v${index}`)

    await Promise.all(names.map((name, index) => add(servers[index % 2] as Server, app, name)))

    const { store } = servers[1].deps
    const running = await store.apps.readById(app.id)
    expect(running?.values.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    const listed = await store.deployments.list(app.id, { limit: 100 })
    expect(listed.map(({ number }) => number)).toEqual(
      Array.from({ length: 17 }, (_, index) => 17 - index),
    )
  })

  it('see at once in the definition what the other has done', async () => {
    const app = await deploy('seen')
    await readDefinition(servers[1].deps, app)

    await add(servers[0], app, 'new')

    const definition = await readDefinition(servers[1].deps, app)
    expect(definition.paths('values')).toEqual(['values/new.json'])
  })

  it('make one app of a directory that is new to both', async () => {
    const root = { ...shop['root_config.json'], app_id: 'fresh-aaaaa', name: 'fresh' }
    const files = asTexts({ ...shop, 'root_config.json': root })

    const results = await Promise.all(
      servers.map(async ({ deps }) => deployApp(deps, await readAppFiles('/shop', files))),
    )

    expect(new Set(results.map(({ app }) => app.id)).size).toBe(1)
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['deployed', 'unchanged'])
  })
})
