import { type AppWire, adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it, vi } from 'vitest'
import { changeApp } from '../../src/apps/definition/change-app.ts'
import { deleteLeaving } from '../../src/apps/delete-app.ts'
import { deployApp } from '../../src/apps/deploy.ts'
import { readShop } from '../apps/problems.ts'
import { post, refused } from '../client/clients.ts'
import { newApp, openDeps } from '../deps/open-deps.ts'

const call = (server: TestServer, method: string, path: string, json?: unknown) =>
  server.request(method, path, {
    bearer: server.operatorKey,
    ...(json !== undefined && { json }),
  })

const create = async (server: TestServer, body: unknown): Promise<AppWire> => {
  const response = await call(server, 'POST', adminPaths.apps(server.projectId), body)
  expect(response.status).toBe(201)
  return (await response.json()) as AppWire
}

/** The server's own sweep, which runs from its start on, would finish the deletion. */
const keepFromSweeping = ({ deps }: TestServer): Promise<void> =>
  vi.waitFor(
    async () => {
      const lease = { name: 'sweep', owner: 'test', now: deps.now(), forMs: 3_600_000 }
      expect(await deps.store.leases.acquire(lease)).toBeDefined()
    },
    { timeout: 10_000 },
  )

const ada = { id: '0a', name: 'ada', kind: 'admin', role: 'full' } as const

describe('POST …/apps', () => {
  it('makes an app with a client app id of its name, an api-key provider that is off, and no deployment', async () => {
    await using server = await startTestServer()

    const app = await create(server, { name: 'shop', sync: {}, location: 'DE-FF' })

    expect(app).toMatchObject({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      client_app_id: expect.stringMatching(/^shop-[a-z]{5}$/),
      location: 'DE-FF',
      provider_region: 'aws-us-east-1',
      deployment_model: 'GLOBAL',
      environment: '',
      product: 'standard',
    })
    const kept = await server.deps.store.apps.findById(app._id)
    expect(kept?.providers).toMatchObject([{ type: 'api-key', disabled: true }])
    expect(kept?.deployment).toBeUndefined()
    expect((await call(server, 'GET', clientPaths.location(app.client_app_id))).status).toBe(200)
    const path = adminPaths.directory(server.projectId, app._id)
    const { files } = (await (await call(server, 'GET', path)).json()) as {
      files: Record<string, string>
    }
    expect(JSON.parse(files['root_config.json'] ?? '')).toMatchObject({
      app_id: app.client_app_id,
      name: 'shop',
    })
  })

  it('counts the first change as the first deployment', async () => {
    await using server = await startTestServer()
    const app = await create(server, { name: 'shop' })

    await changeApp(server.deps, { id: app._id }, ada, definition =>
      definition.writeJson('values/a.json', { name: 'a', value: 1 }),
    )

    const deployments = await server.deps.store.deployments.list(app._id, { limit: 5 })
    expect(deployments).toMatchObject([{ number: 1, origin: 'change' }])
  })

  it('takes a data source to begin with, and refuses a name that no app may have', async () => {
    await using server = await startTestServer()
    const data_source = { name: 'mongodb-atlas', type: 'mongodb-atlas', config: {} }
    const path = adminPaths.apps(server.projectId)

    const app = await create(server, { name: 'shop', data_source })

    const kept = await server.deps.store.apps.findById(app._id)
    expect(kept?.dataSources).toMatchObject([{ name: 'mongodb-atlas', link: { kind: 'own' } }])
    expect(await refused(await call(server, 'POST', path, { name: 'a shop' }))).toMatchObject({
      status: 400,
      error_code: 'InvalidParameter',
      error: "'name' must be 1 to 32 letters, digits, _ or -, a letter or digit first",
    })
  })
})

describe('GET …/apps?product=', () => {
  it('lists the apps with the standard ones, and none beside them', async () => {
    await using server = await startTestServer()
    const list = async (product: string): Promise<unknown> =>
      (await call(server, 'GET', `${adminPaths.apps(server.projectId)}?product=${product}`)).json()

    expect(await list('standard,atlas')).toHaveLength(1)
    expect(await list('data-api')).toEqual([])
  })
})

describe('DELETE …/apps/{id}', () => {
  it('leaves nothing of the app: no users, keys, secrets, files or documents', async () => {
    await using server = await startTestServer({ app: { dataSources: ['mongodb-atlas'] } })
    const { id, clientAppId } = server.app
    const { deps } = server
    const email = 'ada@example.com'
    await post(server, clientPaths.register(clientAppId), { email, password: '123456' })
    for (let count = 0; count < 3; count++) {
      await post(server, clientPaths.login(clientAppId, 'anon-user'), {})
    }
    await deps.appSecrets.write(id, 'k', 'v')
    await changeApp(deps, { id }, ada, definition =>
      definition.writeJson('values/a.json', { name: 'a', value: 1 }),
    )
    const system = { kind: 'system' } as const
    const insert = { database: 'shop', collection: 'orders', document: { a: 1 } }
    const orders = { service: 'mongodb-atlas', dialect: 'client', args: [insert] } as const
    await deps.data.run(server.app, { ...orders, action: 'insertOne' }, system as never)

    const response = await call(server, 'DELETE', adminPaths.app(server.projectId, id))

    expect(response.status).toBe(204)
    expect((await post(server, clientPaths.login(clientAppId, 'anon-user'), {})).status).toBe(404)
    const gone = () => deps.store.leavingApps.findByClientAppId(clientAppId)
    await vi.waitFor(async () => expect(await gone()).toBeUndefined(), { timeout: 10_000 })
    expect(await deps.store.leavingApps.listUsers(id, 5)).toEqual([])
    expect(await deps.appSecrets.list(id)).toEqual([])
    expect(await deps.store.deployments.list(id, { limit: 5 })).toEqual([])
    const find = { database: 'shop', collection: 'orders', query: {} }
    const found = await deps.data.run(
      server.app,
      { ...orders, action: 'find', args: [find] },
      system as never,
    )
    expect(found).toEqual([])
  })

  it('makes the client app id wait until all of it is gone', async () => {
    await using test = await openDeps()
    await test.store.leavingApps.insert(newApp({ clientAppId: 'shop-xkqzp' }))
    const directory = await readShop({})

    await expect(deployApp(test.deps, directory)).rejects.toMatchObject({
      refusal: 'appLeaving',
      message: "the app 'shop-xkqzp' is being deleted, try again in a moment",
    })
    expect(await test.store.apps.readByClientAppId('shop-xkqzp')).toBeUndefined()

    await deleteLeaving(test.deps)

    expect(await deployApp(test.deps, directory)).toMatchObject({ outcome: 'deployed', number: 1 })
  })

  it('refuses a deployment with 409 until all of it is gone', async () => {
    await using server = await startTestServer()
    await keepFromSweeping(server)
    await server.deps.store.leavingApps.insert(newApp({ clientAppId: 'shop-xkqzp' }))
    const deploy = () =>
      call(server, 'POST', adminPaths.deploy(server.projectId), {
        files: {
          'root_config.json': JSON.stringify({
            config_version: 20210101,
            app_id: 'shop-xkqzp',
            name: 'shop',
          }),
        },
      })

    const early = await deploy()
    await deleteLeaving(server.deps)
    const late = await deploy()

    expect(early.status).toBe(409)
    expect(await early.json()).toMatchObject({
      error: "the app 'shop-xkqzp' is being deleted, try again in a moment",
    })
    expect(late.status).toBe(200)
    expect(await late.json()).toMatchObject({ outcome: 'deployed', deployment: 1 })
  })
})
