import { startTestServer, type TestServer } from '@regent/server/testing'
import { App, Credentials } from 'realm-web'
import { describe, expect, it } from 'vitest'
import { type ImportClient, type ImportedApp, openImportClient } from './import-client.ts'
import { newAccount } from './open-app.ts'

const operator = { adminEmail: 'unique_user@domain.com', adminPassword: 'password' }

const role = {
  name: 'own',
  apply_when: { owner: '%%user.id' },
  document_filters: { read: true, write: true },
  read: true,
  write: true,
  insert: true,
  delete: true,
  search: true,
}

const shop: ImportedApp = {
  name: 'corner-shop',
  origins: ['http://localhost:8080'],
  secrets: { idpKey: 'a'.repeat(32), mapsKey: 'b' },
  values: [
    { id: '5f0', name: 'currency', private: false, value: 'EUR' },
    { name: 'rates', value: { food: 7, other: 19 } },
  ],
  sync: { development_mode_enabled: true },
  services: [
    {
      config: {
        name: 'mongodb-atlas',
        type: 'mongodb-atlas',
        config: { clusterName: 'Cluster0', readPreference: 'primary', sync: {} },
        version: 1,
      },
      rules: [{ database: 'shop', collection: 'orders', roles: [role], filters: [] }],
    },
    {
      config: { name: 'web', type: 'http', config: {}, version: 1 },
      rules: [
        { name: 'readAll', actions: ['get'], when: {} },
        { name: 'sendAll', actions: ['post'], when: {} },
      ],
    },
  ],
  functions: [
    { name: 'sum', private: false, source: 'exports = (...all) => all.reduce((a, b) => a + b, 0)' },
    {
      name: 'price',
      private: false,
      can_evaluate: {},
      source:
        'exports = async n => (await context.functions.execute("sum", n, 1)) + " " + context.values.get("currency")',
    },
    { name: 'confirm', private: true, source: 'exports = () => ({ status: "success" })' },
    {
      name: 'enter',
      private: true,
      run_as_system: true,
      source: 'exports = ({ username }) => ({ id: username, name: username })',
    },
  ],
  providers: [
    { name: 'api-key', type: 'api-key', disabled: false },
    { name: 'anon-user', type: 'anon-user', disabled: false },
    {
      name: 'local-userpass',
      type: 'local-userpass',
      disabled: false,
      config: {
        autoConfirm: false,
        runConfirmationFunction: true,
        confirmationFunctionName: 'confirm',
        runResetFunction: false,
        resetPasswordUrl: 'http://localhost/reset',
        emailConfirmationUrl: 'http://localhost/confirm',
      },
    },
    {
      name: 'custom-function',
      type: 'custom-function',
      disabled: false,
      config: { authFunctionName: 'enter' },
    },
    {
      name: 'custom-token',
      type: 'custom-token',
      disabled: false,
      config: { audience: '', signingAlgorithm: 'HS256', useJWKURI: false },
      secret_config: { signingKeys: ['idpKey'] },
    },
  ],
}

const openImport = async (): Promise<{ server: TestServer; client: ImportClient }> => {
  const server = await startTestServer({ app: [], settings: operator })
  const client = openImportClient(server.url)
  await client.logIn(operator.adminEmail, operator.adminPassword)
  return { server, client }
}

describe('an app that an independent importer made', () => {
  it('is whole, though its parts arrived at the same time, and its users log in and use it', async () => {
    const { server, client } = await openImport()
    await using _server = server

    const { client_app_id: id } = await client.importApp(shop)

    const app = new App({ id, baseUrl: server.url })
    const anonymous = await app.logIn(Credentials.anonymous())
    expect(await anonymous.callFunction('price', 41)).toBe('42 EUR')
    const account = newAccount()
    await app.emailPasswordAuth.registerUser(account)
    const customer = await app.logIn(Credentials.emailPassword(account.email, account.password))
    const orders = customer.mongoClient('mongodb-atlas').db('shop').collection('orders')
    await orders.insertOne({ owner: customer.id, item: 'plums' })
    await expect(orders.insertOne({ owner: 'another', item: 'pears' })).rejects.toThrow(
      'insert not permitted',
    )
    expect(await orders.count()).toBe(1)
    const byFunction = await app.logIn(Credentials.function({ username: 'ada' }))
    expect(byFunction.identities).toMatchObject([{ providerType: 'custom-function' }])
    expect(customer.id).not.toBe(byFunction.id)
  })

  it('shows everything that was sent, each with an id', async () => {
    const { server, client } = await openImport()
    await using _server = server

    const { _id } = await client.importApp(shop)

    const list = (route: string) =>
      client.call<Record<string, unknown>[]>(
        'GET',
        `/groups/${client.groupId()}/apps/${_id}${route}`,
      )
    const names = async (route: string) =>
      (await list(route)).map(({ name, _id: id }) => {
        expect(id).toEqual(expect.any(String))
        return name
      })
    expect((await names('/functions')).sort()).toEqual(['confirm', 'enter', 'price', 'sum'])
    expect((await names('/values')).sort()).toEqual(['currency', 'rates'])
    expect(await names('/secrets')).toEqual(['idpKey', 'mapsKey'])
    expect((await names('/services')).sort()).toEqual(['mongodb-atlas', 'web'])
    const web = (await list('/services')).find(({ name }) => name === 'web')
    expect((await names(`/services/${web?._id}/rules`)).sort()).toEqual(['readAll', 'sendAll'])
    expect((await names('/auth_providers')).sort()).toEqual(
      shop.providers.map(({ type }) => type).sort(),
    )
    expect(await list('/security/allowed_request_origins')).toEqual(['http://localhost:8080'])
    const providers = await list('/auth_providers')
    const confirm = (await list('/functions')).find(({ name }) => name === 'confirm')
    const userpass = providers.find(({ type }) => type === 'local-userpass')
    expect(await list(`/auth_providers/${userpass?._id}`)).toMatchObject({
      config: { confirmationFunctionName: 'confirm', confirmationFunctionId: confirm?._id },
    })
  })

  it('counts its deployments from nothing, and goes back to the first as clean-up does', async () => {
    const { server, client } = await openImport()
    await using _server = server
    const { _id } = await client.call<{ _id: string }>('POST', `/groups/${client.groupId()}/apps`, {
      name: 'reused',
      sync: { development_mode_enabled: true },
    })
    const call = <T = Record<string, unknown>[]>(method: string, route: string, body?: unknown) =>
      client.call<T>(method, `/groups/${client.groupId()}/apps/${_id}${route}`, body)

    expect(await call('GET', '/deployments')).toEqual([])
    await call('PATCH', '/deploy/config', { ui_drafts_disabled: true })
    await call('POST', '/values', { name: 'baseline', value: 'first' })
    const deployments = await call('GET', '/deployments')
    expect(deployments).toEqual([
      expect.objectContaining({ _id: expect.any(String), deployed_at: expect.any(Number) }),
    ])
    await call('POST', '/functions', { name: 'extra', private: false, source: 'exports = () => 1' })
    const draft = await call<Record<string, unknown>>('POST', '/drafts')
    expect(await call('GET', '/drafts')).toEqual([
      expect.objectContaining({
        _id: draft._id,
        user_id: expect.any(String),
        app: expect.any(Object),
      }),
    ])
    await call('DELETE', `/drafts/${draft._id}`)
    expect(await call('GET', '/drafts')).toEqual([])
    const first = deployments[0]?._id
    await call('POST', `/deployments/${first}/redeploy`)
    expect(await call('GET', `/deployments/${first}`)).toMatchObject({ status: 'successful' })

    expect(await call('GET', '/functions')).toEqual([])
    expect(await call('GET', '/values')).toEqual([expect.objectContaining({ name: 'baseline' })])
    expect(await call('GET', '/deployments')).toHaveLength(3)
    expect(await call('GET', '/deploy/config')).toMatchObject({ ui_drafts_disabled: true })
  })
})
