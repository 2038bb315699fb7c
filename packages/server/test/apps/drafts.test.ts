import { startTestServer, type TestServer } from '@regent/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeApp, readDefinition } from '../../src/apps/definition/change-app.ts'
import { deployApp } from '../../src/apps/deploy.ts'
import { listDeployments, redeploy } from '../../src/apps/deployments.ts'
import {
  createDraft,
  deployDraft,
  diffDraft,
  discardDraft,
  listDrafts,
} from '../../src/apps/drafts.ts'
import { readAppFiles } from '../../src/apps/read-directory.ts'
import type { App } from '../../src/domain/app.ts'
import type { Operator } from '../../src/domain/operator.ts'
import { asTexts } from './problems.ts'
import { shop } from './write-directory.ts'

const ada: Operator = { id: '0a', name: 'ada', kind: 'admin', role: 'full' }
const bob: Operator = { id: '0b', name: 'bob', kind: 'admin', role: 'full' }

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ app: [] })
})
afterAll(() => server[Symbol.asyncDispose]())

const deploy = async (name: string): Promise<App> => {
  const root = { ...shop['root_config.json'], app_id: `${name}-aaaaa`, name }
  const directory = await readAppFiles('/shop', asTexts({ ...shop, 'root_config.json': root }))
  return (await deployApp(server.deps, directory)).app
}

const set = (app: App, by: Operator, name: string, value: unknown): Promise<void> =>
  changeApp(server.deps, app, by, definition =>
    definition.writeJson(`values/${name}.json`, { name, value }),
  )

const values = async (app: App): Promise<Record<string, unknown>> => {
  const running = await server.deps.store.apps.readById(app.id)
  return Object.fromEntries((running?.values ?? []).map(({ name, value }) => [name, value]))
}

describe('a draft', () => {
  it('gathers the changes of its operator alone, until it is deployed as one', async () => {
    const app = await deploy('one')
    const { id } = await createDraft(server.deps, app, ada)
    await set(app, ada, 'a', 1)
    await set(app, bob, 'b', 2)
    await set(app, ada, 'c', 3)

    expect(await values(app)).toEqual({ b: 2 })
    const own = await readDefinition(server.deps, app, ada)
    expect(own.paths('values')).toEqual(['values/a.json', 'values/c.json'])
    expect(await diffDraft(server.deps, app, { id, by: ada })).toMatchObject([
      { kind: 'value', name: 'a', change: 'added' },
      { kind: 'value', name: 'c', change: 'added' },
    ])

    const deployment = await deployDraft(server.deps, app, { id, by: ada, name: 'both' })

    expect(deployment).toMatchObject({ number: 3, draftId: id, name: 'both', by: { name: 'ada' } })
    expect(await values(app)).toEqual({ a: 1, b: 2, c: 3 })
    expect(await listDrafts(server.deps, app, ada)).toEqual([])
  })

  it('is refused when somebody else changed the same, naming the file', async () => {
    const app = await deploy('clash')
    await set(app, ada, 'rate', 1)
    const { id } = await createDraft(server.deps, app, ada)
    await set(app, ada, 'rate', 2)
    await set(app, bob, 'rate', 3)

    await expect(deployDraft(server.deps, app, { id, by: ada })).rejects.toMatchObject({
      refusal: 'draftConflicts',
      message:
        'changed by somebody else since the draft was begun: values/rate.json; discard the draft and begin another',
    })
    expect(await values(app)).toEqual({ rate: 3 })
  })

  it('is one at a time, nobody else’s, and leaves no trace when it is discarded', async () => {
    const app = await deploy('gone')
    const { id } = await createDraft(server.deps, app, ada)
    await set(app, ada, 'a', 1)

    await expect(createDraft(server.deps, app, ada)).rejects.toMatchObject({
      refusal: 'draftExists',
    })
    await expect(discardDraft(server.deps, app, { id, by: bob })).rejects.toMatchObject({
      refusal: 'draftNotFound',
      message: `draft not found: '${id}'`,
    })
    await discardDraft(server.deps, app, { id, by: ada })

    expect(await values(app)).toEqual({})
    expect((await readDefinition(server.deps, app, ada)).paths('values')).toEqual([])
  })
})

describe('an earlier deployment', () => {
  it('is deployed again as a new one, byte by byte', async () => {
    const app = await deploy('back')
    const before = (await readDefinition(server.deps, app)).paths()
    await set(app, ada, 'a', 1)
    const [, first] = await listDeployments(server.deps, app, { limit: 5 })

    const again = await redeploy(server.deps, app, { id: first?.id ?? '', by: bob })

    expect(again).toMatchObject({ number: 3, origin: 'rollback', tree: first?.tree })
    expect((await readDefinition(server.deps, app)).paths()).toEqual(before)
  })

  it('cannot be when it was made without files, or never', async () => {
    await using other = await startTestServer()
    const [first] = await listDeployments(other.deps, other.app, { limit: 1 })
    await changeApp(other.deps, other.app, ada, definition =>
      definition.writeJson('values/a.json', { name: 'a', value: 1 }),
    )
    const bring = (id: string) => redeploy(other.deps, other.app, { id, by: ada })

    await expect(bring(first?.id ?? '')).rejects.toMatchObject({
      refusal: 'deploymentWithoutFiles',
      message: 'deployment 1 was made without files, so it cannot be brought back',
    })
    await expect(bring('0'.repeat(24))).rejects.toMatchObject({
      refusal: 'deploymentNotFound',
      message: `deployment not found: '${'0'.repeat(24)}'`,
    })
  })
})
