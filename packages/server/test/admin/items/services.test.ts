import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openAdmin } from './admin.ts'

const nobody = 'f'.repeat(24)
const unknown = {
  status: 404,
  error: `service not found: '${nobody}'`,
  error_code: 'ServiceNotFound',
}
const atlas = { name: 'mongodb-atlas', type: 'mongodb-atlas', config: { clusterName: 'Cluster0' } }

describe('services of an app', () => {
  it('are made, listed, shown, configured in part and taken away', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)

    expect(await json(200, 'GET', '/services')).toEqual([])
    const made = await json(201, 'POST', '/services', { ...atlas, version: 1 })
    const path = `/services/${made._id}`
    const listed = await json(200, 'GET', '/services')
    await json(204, 'PATCH', `${path}/config?bypass_service_change=SyncSchemaVersionIncrease`, {
      readPreference: 'nearest',
      flexible_sync: { state: 'enabled', database_name: 'db' },
    })
    const config = await json(200, 'GET', `${path}/config`)
    const changed = await json(200, 'PATCH', path, { name: 'mongodb-atlas', version: 2 })
    await json(204, 'PATCH', `${path}/config`, { flexible_sync: null })

    expect(made).toEqual({
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'mongodb-atlas',
      type: 'mongodb-atlas',
      version: 1,
      last_modified: expect.any(Number),
    })
    expect(listed).toEqual([{ ...made, last_modified: expect.any(Number) }])
    expect(config).toEqual({
      clusterName: 'Cluster0',
      readPreference: 'nearest',
      flexible_sync: { state: 'enabled', database_name: 'db' },
    })
    expect(changed).toMatchObject({ _id: made._id, version: 2 })
    expect(await json(200, 'GET', path)).toMatchObject({ version: 2 })
    expect(await json(200, 'GET', `${path}/config`)).not.toHaveProperty('flexible_sync')
    await json(204, 'DELETE', path)
    expect(await json(200, 'GET', '/services')).toEqual([])
  })

  it('may be several at once, all or none', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const other = { ...atlas, name: 'archive' }

    const made = await json<unknown[]>(201, 'POST', '/multi_data_sources', [atlas, other])
    const third = { ...atlas, name: 'third' }

    expect(made).toHaveLength(2)
    expect(await refused('POST', '/multi_data_sources', [third, atlas])).toMatchObject({
      status: 409,
    })
    expect(await json(200, 'GET', '/services')).toHaveLength(2)
  })

  it('of kinds that nothing serves are kept, and clients are told that they are not there', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const kinds = ['gcm', 'http', 'aws-s3']

    for (const type of kinds) {
      const config = type === 'gcm' ? { senderId: 'gcm' } : {}
      const secret_config = type === 'gcm' ? { apiKey: 'gcm' } : undefined
      const body = { name: `${type}_blah`, type, config, secret_config, version: 1 }
      await json(201, 'POST', '/services', body)
    }

    const listed = await json<{ _id: string; type: string }[]>(200, 'GET', '/services')
    expect(listed.map(({ type }) => type).sort()).toEqual([...kinds].sort())
    const gcm = listed.find(({ type }) => type === 'gcm')
    const path = `/services/${gcm?._id}/config`
    expect(await json(200, 'GET', path)).toEqual({ senderId: 'gcm' })
    expect(await json(200, 'GET', `${path}?includeSecretConfig=true`)).toEqual({
      senderId: 'gcm',
      secret_config: { apiKey: 'gcm' },
    })
    expect(
      await json(200, 'POST', '/debug/execute_function?run_as_system=true', {
        service: 'gcm_blah',
        name: 'send',
        arguments: [],
      }),
    ).toMatchObject({ error: "service not found: 'gcm_blah'" })
  })

  it('keep an address that stands in them as a secret, and show it to nobody', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const uri = 'mongodb://ada:plum-pudding@127.0.0.1:1/?serverSelectionTimeoutMS=1'

    const made = await json(201, 'POST', '/services', {
      name: 'BackingDB',
      type: 'mongodb',
      config: { uri },
      version: 1,
    })

    const told = [
      await json(200, 'GET', `/services/${made._id}/config?includeSecretConfig=`),
      await json(200, 'GET', '/pull'),
      server.logs(),
    ]
    expect(JSON.stringify(told)).not.toContain('plum-pudding')
    const [secret] = await json<{ name: string }[]>(200, 'GET', '/secrets')
    expect(await server.deps.appSecrets.read(server.app.id, secret?.name ?? '')).toBe(uri)
  })

  it('are refused when they are unknown, taken, renamed or no services', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const made = await json(201, 'POST', '/services', atlas)

    for (const path of [`/services/${nobody}`, `/services/${nobody}/config`]) {
      expect(await refused('GET', path)).toEqual(unknown)
      expect(await refused('PATCH', path, {})).toEqual(unknown)
    }
    expect(await refused('DELETE', `/services/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/services', atlas)).toEqual({
      status: 409,
      error: "there is a service 'mongodb-atlas' already",
      error_code: 'ServiceDuplicateName',
    })
    expect(await refused('PATCH', `/services/${made._id}`, { name: 'other' })).toMatchObject({
      status: 400,
      error: "'name' of a service cannot be changed",
    })
    expect(await refused('POST', '/services', { ...atlas, name: '../x' })).toMatchObject({
      status: 400,
      error: "'name' must be 1 to 64 letters, digits, _ or -",
    })
    expect(
      await refused('PATCH', `/services/${made._id}/config`, { readPreference: 'upstairs' }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('readPreference') })
    expect(
      await refused('POST', '/services', {
        name: 'x',
        type: 'mongodb',
        config: { uri: 'http://x' },
      }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('must be a MongoDB address') })
    expect(await json(200, 'GET', '/services')).toHaveLength(1)
  })
})

describe('custom user data of an app', () => {
  it('is turned on by the ids of service and function, in part, and off', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const service = await json(201, 'POST', '/services', atlas)
    const creation = await json(201, 'POST', '/functions', {
      name: 'onCreation',
      private: true,
      source: 'exports = () => {}',
    })
    const place = {
      mongo_service_id: service._id,
      database_name: 'shop',
      collection_name: 'people',
      user_id_field: 'owner',
    }

    const before = await json(200, 'GET', '/custom_user_data')
    await json(204, 'PATCH', '/custom_user_data', { enabled: true, ...place })
    const on = await json(200, 'GET', '/custom_user_data')
    await json(204, 'PATCH', '/custom_user_data', { on_user_creation_function_id: creation._id })
    const asked = await json(200, 'GET', '/custom_user_data')
    const used = await refused('DELETE', `/functions/${creation._id}`)
    await json(204, 'PATCH', '/custom_user_data', {
      enabled: false,
      on_user_creation_function_id: '',
    })

    expect(before).toEqual({ enabled: false })
    expect(on).toEqual({ enabled: true, ...place })
    expect(asked).toEqual({ ...on, on_user_creation_function_id: creation._id })
    expect(used).toMatchObject({ status: 400, error: expect.stringContaining('onCreation') })
    expect(await json(200, 'GET', '/custom_user_data')).toEqual({ enabled: false, ...place })
    expect(
      await refused('PATCH', '/custom_user_data', { enabled: true, mongo_service_id: nobody }),
    ).toMatchObject({ status: 400, error: "'mongo_service_id' is no service of this app" })
    expect(
      await refused('PATCH', '/custom_user_data', { enabled: true, user_id_field: '' }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('user_id_field') })
  })
})
