import { adminPaths, privatePaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openAdmin } from './admin.ts'

const nobody = 'f'.repeat(24)

describe('environment and its values', () => {
  it('count as the app says which', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const host = async () => {
      const run = '/debug/execute_function_source?run_as_system=true'
      const source = 'exports = () => [context.environment.tag, context.environment.values.host]'
      return (await json(200, 'POST', run, { source })).result
    }

    const made = await json(201, 'POST', '/environment_values', {
      name: 'host',
      values: { none: 'localhost', production: 'shop.example' },
    })
    const before = await host()
    const app = await json(200, 'PUT', '/environment', { environment: 'production' })
    const after = await host()
    const path = `/environment_values/${made._id}`
    await json(204, 'PUT', path, { name: 'address', values: { production: 1 } })

    expect(made).toEqual({
      _id: expect.any(String),
      name: 'host',
      values: { none: 'localhost', production: 'shop.example' },
      last_modified: expect.any(Number),
    })
    expect(before).toEqual(['', 'localhost'])
    expect(after).toEqual(['production', 'shop.example'])
    expect(app).toMatchObject({ _id: server.app.id, environment: 'production' })
    expect(await json(200, 'GET', '/environment_values')).toEqual([
      { _id: made._id, name: 'address', last_modified: expect.any(Number) },
    ])
    expect(await json(200, 'GET', path)).toMatchObject({ values: { production: 1 } })
    const unknown = {
      status: 404,
      error: `environment value not found: '${nobody}'`,
      error_code: 'EnvironmentValueNotFound',
    }
    const body = { name: 'address', values: { qa: 1 } }
    expect(await refused('GET', `/environment_values/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `/environment_values/${nobody}`, body)).toEqual(unknown)
    expect(await refused('DELETE', `/environment_values/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/environment_values', body)).toEqual({
      status: 409,
      error: "there is an environment value 'address' already",
      error_code: 'EnvironmentValueDuplicateName',
    })
    expect(await refused('POST', '/environment_values', { name: 'x', values: {} })).toMatchObject({
      status: 400,
      error: "'values' must hold a value of an environment",
    })
    expect(await refused('POST', '/environment_values', { ...body, name: 'a b' })).toMatchObject({
      status: 400,
      error: "'name' must be 1 to 64 letters, digits, _ or -, a letter or digit first",
    })
    expect(await refused('PUT', '/environment', { environment: 'moon' })).toMatchObject({
      status: 400,
    })
    await json(204, 'DELETE', path)
    expect(await json(200, 'GET', '/environment_values')).toEqual([])
  })
})

describe('triggers of an app', () => {
  it('are kept of every kind, by both names, and turned on again', async () => {
    await using server = await startTestServer({ app: { dataSources: ['mongodb-atlas'] } })
    const { json, refused } = openAdmin(server)
    const { _id: functionId } = await json(201, 'POST', '/functions', {
      name: 'onOrder',
      private: true,
      source: 'exports = () => {}',
    })
    const [service] = await json<{ _id: string }[]>(200, 'GET', '/services')
    const config = { database: 'shop', collection: 'orders', operation_types: ['INSERT'] }

    const made = await json(201, 'POST', '/event_subscriptions', {
      name: 'order made',
      type: 'DATABASE',
      disabled: true,
      config: { ...config, service_id: service?._id },
      event_processors: { FUNCTION: { config: { function_id: functionId } } },
    })
    const scheduled = await json(201, 'POST', '/triggers', {
      name: 'nightly',
      type: 'SCHEDULED',
      config: { schedule: '0 0 * * *' },
      function_name: 'onOrder',
    })
    await json(204, 'PUT', `/triggers/${made._id}/resume`)
    const named = { function_id: functionId, function_name: 'onOrder' }
    const shown = await json(200, 'GET', `/event_subscriptions/${made._id}`)
    const files = await json<{ triggers: unknown[] }>(200, 'GET', '/pull')

    expect(shown).toEqual({
      _id: made._id,
      name: 'order made',
      type: 'DATABASE',
      disabled: false,
      config: { ...config, service_id: service?._id, service_name: 'mongodb-atlas' },
      ...named,
      event_processors: { FUNCTION: { config: named } },
      last_modified: expect.any(Number),
    })
    expect(files.triggers).toContainEqual({
      name: 'order made',
      type: 'DATABASE',
      disabled: false,
      config: { ...config, service_name: 'mongodb-atlas' },
      event_processors: { FUNCTION: { config: { function_name: 'onOrder' } } },
    })
    expect(await json(200, 'GET', '/triggers')).toHaveLength(2)
    const { last_modified: _, ...body } = shown
    await json(204, 'PUT', `/triggers/${made._id}`, { ...body, name: 'order' })
    const unknown = {
      status: 404,
      error: `trigger not found: '${nobody}'`,
      error_code: 'EventSubscriptionNotFound',
    }
    const nightly = { name: 'nightly', type: 'SCHEDULED', config: {} }
    expect(await refused('GET', `/triggers/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `/triggers/${nobody}`, nightly)).toEqual(unknown)
    expect(await refused('PUT', `/triggers/${nobody}/resume`)).toEqual(unknown)
    expect(await refused('DELETE', `/triggers/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/triggers', nightly)).toEqual({
      status: 409,
      error: "there is a trigger 'nightly' already",
      error_code: 'EventSubscriptionDuplicateName',
    })
    expect(
      await refused('POST', '/triggers', {
        name: 'login',
        type: 'AUTHENTICATION',
        config: { operation_type: 'WALK', providers: ['anon-user'] },
        function_id: functionId,
      }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('LOGIN, CREATE or DELETE') })
    expect(
      await refused('POST', '/triggers', {
        name: 'lost',
        type: 'DATABASE',
        config: { service_id: nobody },
      }),
    ).toMatchObject({ status: 400, error: "'config.service_id' is no service of this app" })
    await json(204, 'DELETE', `/event_subscriptions/${scheduled._id}`)
    expect(await json(200, 'GET', '/event_subscriptions')).toMatchObject([{ name: 'order' }])
  })
})

describe('endpoints and log forwarders, which are kept', () => {
  it('are made, listed, shown, changed and deleted', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const { _id: functionId } = await json(201, 'POST', '/functions', {
      name: 'answer',
      private: true,
      source: 'exports = () => {}',
    })
    await json(201, 'POST', '/secrets', { name: 'hookKey', value: 'hush' })
    const hook = {
      route: '/hook',
      http_method: 'POST',
      function_id: functionId,
      validation_method: 'SECRET_AS_QUERY_PARAM',
      secret_id: 'hookKey',
      respond_result: true,
    }
    const forwarder = {
      name: 'archive',
      log_types: ['auth'],
      log_statuses: ['error'],
      policy: { type: 'single' },
      action: { type: 'function', name: 'answer' },
    }

    const endpoint = await json(201, 'POST', '/endpoints', hook)
    await json(204, 'PUT', `/endpoints/${endpoint._id}`, { ...hook, route: '/other' })
    const kept = await json(201, 'POST', '/log_forwarders', forwarder)
    await json(204, 'PUT', `/log_forwarders/${kept._id}/disable`)
    await json(204, 'PATCH', `/log_forwarders/${kept._id}`, { log_types: ['auth', 'function'] })
    const shown = await json(200, 'GET', `/log_forwarders/${kept._id}`)
    await json(204, 'PUT', `/log_forwarders/${kept._id}/enable`)

    expect(await json(200, 'GET', '/endpoints')).toEqual([
      {
        ...hook,
        _id: endpoint._id,
        route: '/other',
        function_name: 'answer',
        secret_name: 'hookKey',
        last_modified: expect.any(Number),
      },
    ])
    expect(shown).toMatchObject({ ...forwarder, log_types: ['auth', 'function'], disabled: true })
    expect(await json(200, 'GET', '/log_forwarders')).toMatchObject([{ disabled: false }])
    const noEndpoint = {
      status: 404,
      error: `endpoint not found: '${nobody}'`,
      error_code: 'EndpointNotFound',
    }
    const noForwarder = {
      status: 404,
      error: `log forwarder not found: '${nobody}'`,
      error_code: 'LogForwarderNotFound',
    }
    expect(await refused('GET', `/endpoints/${nobody}`)).toEqual(noEndpoint)
    expect(await refused('PUT', `/endpoints/${nobody}`, hook)).toEqual(noEndpoint)
    expect(await refused('DELETE', `/endpoints/${nobody}`)).toEqual(noEndpoint)
    expect(await refused('GET', `/log_forwarders/${nobody}`)).toEqual(noForwarder)
    expect(await refused('PUT', `/log_forwarders/${nobody}/enable`)).toEqual(noForwarder)
    expect(await refused('DELETE', `/log_forwarders/${nobody}`)).toEqual(noForwarder)
    expect(await refused('POST', '/endpoints', { ...hook, route: 'other' })).toEqual({
      status: 409,
      error: "there is an endpoint 'POST /other' already",
      error_code: 'EndpointDuplicateName',
    })
    expect(await refused('POST', '/log_forwarders', forwarder)).toEqual({
      status: 409,
      error: "there is a log forwarder 'archive' already",
      error_code: 'LogForwarderDuplicateName',
    })
    expect((await refused('POST', '/endpoints', { ...hook, http_method: 'JUMP' })).status).toBe(400)
    await json(204, 'DELETE', `/endpoints/${endpoint._id}`)
    await json(204, 'DELETE', `/log_forwarders/${kept._id}`)
    expect(await json(200, 'GET', '/endpoints')).toEqual([])
    expect(await json(200, 'GET', '/log_forwarders')).toEqual([])
  })
})

describe('what test programs of the SDKs ask beside', () => {
  it('is answered as if Device Sync were there and did nothing', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)
    const { projectId, app, operatorKey: bearer } = server
    const ask = async (method: string, path: string, json?: unknown) => {
      const response = await server.request(method, path, { bearer, json })
      return response.status
    }
    const features = privatePaths.features(projectId, app.id)
    const settings = privatePaths.settings(projectId, app.id)

    expect((await server.request('GET', privatePaths.version())).status).toBe(200)
    expect(await ask('POST', features, { action: 'enable', feature_flags: ['x'] })).toBe(204)
    expect(await ask('GET', features)).toBe(200)
    expect(await ask('PATCH', settings, { sync: {} })).toBe(204)
    expect(await ask('GET', settings)).toBe(200)
    await json(204, 'PUT', '/sync/config', { development_mode_enabled: true })
    await json(204, 'PUT', '/sync/force_reset', { file_ident: 1 })
    expect(await json(200, 'GET', '/sync/config')).toEqual({ development_mode_enabled: false })
    expect(await json(200, 'GET', '/sync/progress')).toEqual({ progress: {} })
    expect(await json(200, 'GET', '/sync/schemas/versions')).toEqual({ versions: [] })
    const regions = await server.request('GET', adminPaths.providerRegions(), { bearer })
    expect(await regions.json()).toContainEqual({
      id: 'aws-eu-central-1',
      provider: 'aws',
      location: 'DE-FF',
    })
  })
})
