import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openAdmin } from './admin.ts'

const importKept = {
  config_version: 20210101,
  name: 'kept',
  graphql: {
    config: { use_natural_pluralization: true },
    custom_resolvers: [{ on_type: 'Query', field_name: 'total', function_name: 'sum' }],
  },
  data_api_config: { disabled: false, versions: ['v1'], return_type: 'EJSON' },
  hosting: { enabled: true, custom_domain: 'shop.example.com' },
}

describe('parts of an app that are not offered', () => {
  it('answer as those of an app that does not use them', async () => {
    await using server = await startTestServer()
    const { json } = openAdmin(server)

    expect(await json(200, 'GET', '/graphql/config')).toEqual({})
    expect(await json(200, 'GET', '/graphql/custom_resolvers')).toEqual([])
    expect(await json(200, 'GET', '/data_api/config')).toEqual({ disabled: true })
    expect(await json(200, 'GET', '/data_api/versions')).toEqual([])
    expect(await json(200, 'GET', '/hosting/config')).toEqual({ enabled: false })
    expect(await json(200, 'GET', '/hosting/assets')).toEqual([])
    expect(await json(200, 'GET', '/push/notifications?state=sent')).toEqual([])
    expect(await json(200, 'GET', '/validation_settings/graphql')).toEqual({
      read_validation_action: 'OFF',
      write_validation_action: 'OFF',
    })
    expect(await json(200, 'GET', '/validation_settings/null_type_schema_validation')).toEqual({
      enabled: false,
    })
  })

  it('show what the directory keeps of them, and that it is off', async () => {
    await using server = await startTestServer({ app: { functions: { sum: 'exports = () => 1' } } })
    const { json } = openAdmin(server)
    await json(204, 'POST', '/import?strategy=replace-by-name', importKept)

    expect(await json(200, 'GET', '/graphql/config')).toEqual(importKept.graphql.config)
    expect(await json(200, 'GET', '/graphql/custom_resolvers')).toEqual(
      importKept.graphql.custom_resolvers,
    )
    expect(await json(200, 'GET', '/data_api/config')).toEqual({
      ...importKept.data_api_config,
      disabled: true,
    })
    expect(await json(200, 'GET', '/hosting/config')).toEqual({
      ...importKept.hosting,
      enabled: false,
    })
  })

  it('cannot be changed', async () => {
    await using server = await startTestServer()
    const { refused } = openAdmin(server)

    expect(await refused('PATCH', '/hosting/config', { enabled: true })).toMatchObject({
      status: 404,
    })
    expect(await refused('POST', '/push/notifications', {})).toMatchObject({ status: 404 })
  })
})
