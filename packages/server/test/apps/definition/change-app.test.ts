import { describe, expect, it } from 'vitest'
import { changeApp, readDefinition } from '../../../src/apps/definition/change-app.ts'
import type { Definition } from '../../../src/apps/definition/definition.ts'
import { deployApp } from '../../../src/apps/deploy.ts'
import { readAppFiles } from '../../../src/apps/read-directory.ts'
import type { Operator } from '../../../src/domain/operator.ts'
import { startTestServer } from '../../../testing/start-server.ts'
import { asTexts } from '../problems.ts'
import { shop } from '../write-directory.ts'

const ada: Operator = { id: '0a', name: 'ada@example.com', kind: 'admin', role: 'full' }

const startShop = async (files: Readonly<Record<string, unknown>> = {}) => {
  const server = await startTestServer()
  const directory = await readAppFiles('/shop', asTexts({ ...shop, ...files }))
  const { app } = await deployApp(server.deps, directory)
  return { server, app, [Symbol.asyncDispose]: () => server.stop() }
}

const addValue = (name: string, value: unknown) => (definition: Definition) =>
  definition.writeJson(`values/${name}.json`, { name, value, from_secret: false })

describe('changing an app', () => {
  it('deploys the whole directory anew, seen by the next read, as a deployment of its own', async () => {
    await using started = await startShop()
    const { server, app } = started

    await changeApp(server.deps, app, ada, addValue('rate', 1.5))

    const definition = await readDefinition(server.deps, app)
    expect(definition.readJson('values/rate.json')).toEqual({
      name: 'rate',
      value: 1.5,
      from_secret: false,
    })
    const running = await server.deps.store.apps.findById(app.id)
    expect(running?.values).toEqual([{ name: 'rate', value: 1.5, fromSecret: false }])
    const [last, first] = await server.deps.store.deployments.list(app.id, { limit: 5 })
    expect(last).toMatchObject({
      number: 2,
      origin: 'change',
      by: { id: '0a', name: 'ada@example.com' },
    })
    expect(first).toMatchObject({ number: 1, origin: 'directory' })
  })

  it('loses none of many changes that arrive at once', async () => {
    await using started = await startShop()
    const { server, app } = started
    const names = Array.from({ length: 20 }, (_, index) => `value${index}`)

    await Promise.all(names.map(name => changeApp(server.deps, app, ada, addValue(name, 1))))

    const running = await server.deps.store.apps.findById(app.id)
    expect(running?.values.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(running?.deployment?.number).toBe(21)
  })

  it('leaves all as it was when the directory could not be deployed, and says why', async () => {
    await using started = await startShop()
    const { server, app } = started

    const change = changeApp(server.deps, app, ada, definition =>
      definition.writeJson('values/maps.json', { name: 'maps', value: 'k', from_secret: true }),
    )

    await expect(change).rejects.toMatchObject({
      refusal: 'deploymentRefused',
      message: expect.stringContaining('values/maps.json: value names the secret "k"'),
    })
    expect((await readDefinition(server.deps, app)).paths('values')).toEqual([])
  })

  it('keeps what it does not touch byte by byte, and numbers as they were written', async () => {
    const rate = '{"name":"rate",\n   "value": [1.0, 12345678901234567890], "from_secret":false}'
    await using started = await startShop({ 'values/rate.json': rate, 'hosting/files/a.txt': 'A' })
    const { server, app } = started

    await changeApp(server.deps, app, ada, definition => {
      definition.writeJson('values/copy.json', {
        ...(definition.readJson('values/rate.json') as object),
        name: 'copy',
      })
    })

    const after = await readDefinition(server.deps, app)
    expect(after.readText('values/rate.json')).toBe(rate)
    expect(after.readText('hosting/files/a.txt')).toBe('A')
    expect(after.readText('values/copy.json')).toContain('1.0,\n    12345678901234567890\n')
  })

  it('makes no deployment when it changes nothing', async () => {
    await using started = await startShop()
    const { server, app } = started

    const answer = await changeApp(server.deps, app, ada, definition => definition.clientAppId)

    expect(answer).toBe('shop-xkqzp')
    expect((await server.deps.store.apps.findById(app.id))?.deployment?.number).toBe(1)
  })
})

describe('ids of the things of an app', () => {
  it('stay when a thing is renamed or deployed again, and its old name gets another', async () => {
    await using started = await startShop()
    const { server, app } = started
    await changeApp(server.deps, app, ada, addValue('a', 1))
    const before = (await readDefinition(server.deps, app)).idOf('value', 'a')

    await changeApp(server.deps, app, ada, definition => {
      definition.writeJson('values/a.json', undefined)
      definition.writeJson('values/b.json', { name: 'b', value: 1, from_secret: false })
      definition.rename('value', 'a', 'b')
    })
    await changeApp(server.deps, app, ada, addValue('a', 2))

    const after = await readDefinition(server.deps, app)
    expect(after.idOf('value', 'b')).toBe(before)
    expect(after.nameOf('value', before)).toBe('b')
    expect(after.idOf('value', 'a')).not.toBe(before)
    expect(after.nameOf('value', after.idOf('value', 'a'))).toBe('a')
    expect(after.nameOf('value', '0'.repeat(24))).toBeUndefined()
  })
})

describe('an app that was deployed without files', () => {
  it('has those that its configuration would come from', async () => {
    await using server = await startTestServer({
      app: {
        functions: { 'orders/total': 'exports = () => 1' },
        values: { rate: 2 },
        dataSources: ['mongodb-atlas'],
        anonymousDays: 3,
      },
    })

    const definition = await readDefinition(server.deps, server.app)
    const files = Object.fromEntries(
      definition.paths().map(path => [path, definition.readText(path) ?? '']),
    )
    const again = await readAppFiles('/rendered', files)

    const { functions, values, dataSources, providers, anonymousDays } = server.app
    expect(again).toMatchObject({ functions, values, dataSources, anonymousDays })
    expect(again.providers).toMatchObject(providers.map(({ id: _id, ...rest }) => rest))
  })
})
