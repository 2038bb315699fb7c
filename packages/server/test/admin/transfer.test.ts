import { startTestServer } from '@regent/server/testing'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { logIn } from '../client/clients.ts'
import { openAdmin } from './items/admin.ts'

const role = { name: 'own', apply_when: { owner: '%%user.id' }, read: true, write: true }

/** A structure as the original's command line sends it. */
const structure = {
  config_version: 20210101,
  app_id: 'test-aaaaa',
  name: 'test',
  location: 'DE-FF',
  deployment_model: 'LOCAL',
  environments: {
    'no-environment.json': { values: {} },
    'production.json': { values: { host: 'shop.example' } },
  },
  allowed_request_origins: ['http://localhost:8080'],
  values: [{ name: 'unit', value: 'kg' }],
  auth: {
    custom_user_data: {
      enabled: true,
      mongo_service_name: 'mdb',
      database_name: 'db',
      collection_name: 'people',
      user_id_field: 'uid',
    },
    providers: {
      'anon-user': { name: 'anon-user', type: 'anon-user', disabled: false },
      'api-key': { name: 'api-key', type: 'api-key', disabled: true },
    },
  },
  functions: {
    config: [{ name: 'weigh', private: false }],
    sources: { 'weigh.js': 'exports = () => context.values.get("unit")' },
  },
  triggers: [
    {
      name: 'yell',
      type: 'SCHEDULED',
      config: { schedule: '0 0 * * 1' },
      function_name: 'weigh',
      disabled: false,
    },
  ],
  data_sources: [
    {
      config: { name: 'mdb', type: 'mongodb-atlas', config: { clusterName: 'Cluster0' } },
      default_rule: { roles: [role], filters: [] },
      rules: [
        {
          database: 'db',
          collection: 'orders',
          roles: [role],
          filters: [],
          schema: { title: 'order', bsonType: 'object', properties: {} },
          relationships: {},
        },
      ],
    },
  ],
  services: [
    {
      config: { name: 'twilio_svc', type: 'twilio', config: { sid: 'my_sid' } },
      incoming_webhooks: [{ config: { name: 'hook' }, source: 'exports = () => false' }],
    },
  ],
  sync: { config: { development_mode_enabled: true } },
  graphql: { config: { use_natural_pluralization: true }, custom_resolvers: [] },
  secrets: { services: { twilio_svc: { auth_token: 'hush-hush' } } },
}

describe('POST …/import and GET …/export', () => {
  it('make the app what a structure says, all of it, and give it back as files', async () => {
    await using server = await startTestServer()
    const { json, call } = openAdmin(server)

    const planned = await json<string[]>(
      200,
      'POST',
      '/import?strategy=replace-by-name&diff=true',
      structure,
    )
    const untouched = await json<unknown[]>(200, 'GET', '/functions')
    await json(204, 'POST', '/import?strategy=replace-by-name', structure)
    const exported = await call('GET', '/export?version=20210101&source_control=true')
    const files = unzipSync(new Uint8Array(await exported.arrayBuffer()))
    const text = (path: string) => strFromU8(files[path] ?? new Uint8Array())

    expect(planned.join('\n')).toContain('+ function weigh')
    expect(untouched).toEqual([])
    expect(exported.headers.get('content-type')).toBe('application/zip')
    expect(exported.headers.get('content-disposition')).toMatch(
      /^attachment; filename="test_\d{14}\.zip"$/,
    )
    expect(Object.keys(files).sort()).toEqual([
      'auth/custom_user_data.json',
      'auth/providers.json',
      'data_sources/mdb/config.json',
      'data_sources/mdb/db/orders/relationships.json',
      'data_sources/mdb/db/orders/rules.json',
      'data_sources/mdb/db/orders/schema.json',
      'data_sources/mdb/default_rule.json',
      'environments/no-environment.json',
      'environments/production.json',
      'functions/config.json',
      'functions/weigh.js',
      'graphql/config.json',
      'http_endpoints/config.json',
      'root_config.json',
      'services/twilio_svc/config.json',
      'services/twilio_svc/incoming_webhooks/hook/config.json',
      'services/twilio_svc/incoming_webhooks/hook/source.js',
      'sync/config.json',
      'triggers/yell.json',
      'values/unit.json',
    ])
    expect(JSON.parse(text('services/twilio_svc/config.json'))).toEqual({
      name: 'twilio_svc',
      type: 'twilio',
      config: { sid: 'my_sid' },
      secret_config: { auth_token: '__twilio_svc_auth_token' },
    })
    expect(
      Object.values(files)
        .map(bytes => strFromU8(bytes))
        .join(''),
    ).not.toContain('hush-hush')
    expect(await json(200, 'GET', '/secrets')).toEqual([
      expect.objectContaining({ name: '__twilio_svc_auth_token' }),
    ])
    const again = await call('GET', '/export')
    expect(new Uint8Array(await again.arrayBuffer())).toEqual(
      new Uint8Array(await (await call('GET', '/export')).arrayBuffer()),
    )
    expect((await json<unknown[]>(200, 'POST', '/import?diff=true', structure)).length).toBe(0)
    expect(await logIn(server, 'anon-user')).toMatchObject({ user_id: expect.any(String) })
  })

  it('take the layout before 2021 too, and leave an app alone that would not be one', async () => {
    await using server = await startTestServer()
    const { json, refused, call } = openAdmin(server)
    const older = {
      config_version: 20200603,
      name: 'test',
      security: { allowed_request_origins: ['http://localhost:8080'] },
      custom_user_data_config: { enabled: false },
      auth_providers: [{ name: 'anon-user', type: 'anon-user', disabled: false }],
      functions: [{ config: { name: 'one', private: true }, source: 'exports = () => 1' }],
      services: [
        {
          config: { name: 'mongodb-atlas', type: 'mongodb-atlas', config: {} },
          rules: [{ database: 'db', collection: 'orders', roles: [role] }],
        },
      ],
    }

    await json(204, 'POST', '/import', older)
    const functions = await json(200, 'GET', '/functions')
    const [source] = await json<{ _id: string }[]>(200, 'GET', '/services')
    const broken = { ...older, functions: [{ config: { name: 'one' }, source: 'exports = (' }] }
    const outside = { ...older, functions: [{ config: { name: '../x' }, source: 'exports = 1' }] }

    expect(functions).toEqual([expect.objectContaining({ name: 'one' })])
    expect(await json(200, 'GET', `/services/${source?._id}/rules`)).toEqual([
      expect.objectContaining({ database: 'db', collection: 'orders' }),
    ])
    expect(await json(200, 'GET', '/security/allowed_request_origins')).toHaveLength(1)
    expect(await refused('POST', '/import', broken)).toMatchObject({
      status: 400,
      error: expect.stringContaining('functions/one.js'),
    })
    expect(await refused('POST', '/import', outside)).toMatchObject({
      status: 400,
      error: "'functions' has no usable name: '../x'",
    })
    expect((await call('POST', '/import', { name: 'test', values: 'none' })).status).toBe(400)
    expect(await json(200, 'GET', '/functions')).toEqual(functions)
  })

  it('refuses a structure with a secret that could not be kept, and keeps none of it', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const refuse = (fields: Record<string, string>) =>
      json(400, 'POST', '/import', {
        ...structure,
        secrets: { services: { twilio_svc: { auth_token: 'hush-hush' }, other: fields } },
      })

    expect(await refuse({ '../up': 'hush' })).toMatchObject({
      error: "'secrets' has none that can be kept as '__other_../up'",
      error_code: 'InvalidParameter',
    })
    expect(await refuse({ long: 'x'.repeat(20_000) })).toMatchObject({
      error: "'secrets' has none that can be kept as '__other_long'",
    })
    expect(await json(200, 'GET', '/secrets')).toEqual([])
  })

  it('gives an earlier deployment, or a template without the id of the app', async () => {
    await using server = await startTestServer()
    const { json, call, refused } = openAdmin(server)
    await json(201, 'POST', '/values', { name: 'first', value: 1 })
    const [deployment] = await json<{ _id: string }[]>(200, 'GET', '/deployments')
    await json(201, 'POST', '/values', { name: 'second', value: 2 })
    const unzip = async (query: string) =>
      unzipSync(new Uint8Array(await (await call('GET', `/export${query}`)).arrayBuffer()))

    const earlier = await unzip(`?deployment=${deployment?._id}`)
    const template = await unzip('?template=true')

    expect(Object.keys(earlier).filter(path => path.startsWith('values/'))).toEqual([
      'values/first.json',
    ])
    expect(strFromU8(template['root_config.json'] as Uint8Array)).not.toContain('app_id')
    expect(await refused('GET', `/export?deployment=${'f'.repeat(24)}`)).toMatchObject({
      status: 404,
      error_code: 'DeploymentNotFound',
    })
  })
})

describe('GET …/pull and PATCH …/push', () => {
  it('give the whole app in one object, which pushed makes the same app', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'test-aaaaa' }, { clientAppId: 'other-bbbbb', name: 'other' }],
    })
    const { json, call } = openAdmin(server)
    await json(204, 'POST', '/import', structure)
    const other = openAdmin(server, server.apps[1]?.id)
    await other.json(201, 'POST', '/secrets', { name: '__twilio_svc_auth_token', value: 'x' })

    const pulled = await json<Record<string, unknown>>(200, 'GET', '/pull')
    await json(204, 'PATCH', '/push', pulled)
    const deployments = await json<unknown[]>(200, 'GET', '/deployments')
    await json(204, 'PATCH', '/push', await json(200, 'GET', '/pull'))
    await other.json(204, 'PATCH', '/push', { ...pulled, name: 'other' })
    const zipped = await server.request('GET', new URL((await call('GET', '/pull')).url).pathname, {
      bearer: server.operatorKey,
      headers: { accept: 'application/zip' },
    })

    expect(Object.keys(pulled)).toEqual(
      expect.arrayContaining(['auth_providers', 'custom_user_data', 'data_sources', 'schemas']),
    )
    expect(pulled).toMatchObject({
      name: 'test',
      provider_region: '',
      functions: [{ name: 'weigh', source: expect.stringContaining('unit') }],
      environments: { none: { values: {} }, production: { values: { host: 'shop.example' } } },
      schemas: [{ metadata: { data_source: 'mdb', database: 'db', collection: 'orders' } }],
    })
    expect(await json(200, 'GET', '/deployments')).toEqual(deployments)
    expect(await json(200, 'GET', '/pull')).toEqual(pulled)
    expect(await other.json(200, 'GET', '/pull')).toEqual({ ...pulled, name: 'other' })
    expect(zipped.headers.get('content-type')).toBe('application/zip')
    expect(await other.json(200, 'GET', '/description')).toMatchObject({
      client_app_id: 'other-bbbbb',
      data_sources: [{ name: 'mdb', type: 'mongodb-atlas', data_source: 'Cluster0' }],
      functions: [{ name: 'weigh', path: 'functions/weigh.js' }],
      auth_providers: expect.arrayContaining([
        { name: 'anon-user', type: 'anon-user', enabled: true },
      ]),
      event_subscription: [{ name: 'yell', type: 'SCHEDULED', enabled: true }],
    })
  })
})
