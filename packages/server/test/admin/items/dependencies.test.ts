import { AdminClient } from '@regent/sdk/admin'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { openAdmin } from './admin.ts'

const form = (name: string, content: string): FormData => {
  const data = new FormData()
  data.append('file', new File([content], name))
  return data
}

const upload = (
  server: TestServer,
  method: string,
  path: string,
  body: FormData,
): Promise<Response> =>
  fetch(`${server.url}/api/admin/v3.0/groups/${server.projectId}/apps/${server.app.id}${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${server.operatorKey}` },
  })

const manifest = (dependencies: object): string => JSON.stringify({ dependencies })

describe('dependencies of functions', () => {
  it('come in as a package.json, in a form or by itself, and out again', async () => {
    await using server = await startTestServer()
    const { json, call } = openAdmin(server)
    const admin = new AdminClient({ baseUrl: server.url, operatorKey: server.operatorKey })
    const app = (await admin.apps.list())[0] as never
    const none = manifest({})

    expect(await json(200, 'GET', '/dependencies')).toMatchObject({ dependencies_list: [] })
    const put = await upload(server, 'PUT', '/dependencies', form('package.json', none))
    const diff = await upload(
      server,
      'POST',
      '/dependencies/diff',
      form('package.json', manifest({ left: '1.0.0' })),
    )
    const exported = await call('GET', '/dependencies/export')

    expect([put.status, await put.text()]).toEqual([204, ''])
    expect(await diff.json()).toEqual({
      added: [{ name: 'left', version: '1.0.0' }],
      deleted: [],
      modified: [],
    })
    expect(exported.headers.get('content-type')).toBe('application/json')
    expect(exported.headers.get('content-disposition')).toContain('filename="package.json"')
    expect(await exported.text()).toBe(none)
    expect(await admin.items.dependencies.status(app)).toBe('successful')
    await admin.items.dependencies.replace(app, `${none}\n`)
    expect(await admin.items.dependencies.export(app)).toBe(`${none}\n`)
    expect(await admin.items.dependencies.diff(app, none)).toMatchObject({ added: [] })
    expect(await admin.items.dependencies.list(app)).toEqual([])
  })

  it('are not given out as an archive', async () => {
    await using server = await startTestServer()
    const { refused } = openAdmin(server)

    expect(await refused('GET', '/dependencies/archive')).toEqual({
      status: 404,
      error:
        'packages are not given out as an archive; …/dependencies/export has the package.json that names them',
    })
  })

  it('are refused when they are whole packages, no form, too much, or cannot be', async () => {
    await using server = await startTestServer()
    const put = async (body: FormData) => {
      const response = await upload(server, 'PUT', '/dependencies', body)
      return { status: response.status, ...((await response.json()) as { error: string }) }
    }

    expect(await put(form('node_modules.zip', 'PK\u0003\u0004'))).toMatchObject({
      status: 400,
      error: "'file' must be a package.json; packages themselves are installed by the server",
    })
    expect(await put(form('package.json', '"text"'))).toMatchObject({ status: 400 })
    expect(await put(form('package.json', manifest({ left: 1 })))).toMatchObject({
      status: 400,
      error: expect.stringContaining('functions/package.json'),
    })
    expect(await put(new FormData())).toMatchObject({ status: 400 })
    expect(await put(form('package.json', ' '.repeat(1_100_000)))).toMatchObject({
      status: 413,
      error: 'body is larger than 1048576 bytes',
    })
    const broken = await openAdmin(server).server.request(
      'PUT',
      `/api/admin/v3.0/groups/${server.projectId}/apps/${server.app.id}/dependencies`,
      {
        bearer: server.operatorKey,
        body: 'nothing of the kind',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
    )
    expect(broken.status).toBe(400)
  })
})

describe('commands of a data source', () => {
  it('name its databases and collections, and describe what is in them', async () => {
    await using server = await startTestServer({ app: { dataSources: ['mongodb-atlas'] } })
    const { json, refused } = openAdmin(server)
    const place = { database: 'shop', collection: 'orders' }
    for (const document of [
      { item: 'plums', price: { $numberDouble: '1.5' }, address: { zip: '1' } },
      { item: 'pears', price: { $numberInt: '2' }, tags: ['a'] },
    ]) {
      await json(200, 'POST', '/debug/execute_function?run_as_system=true', {
        service: 'mongodb-atlas',
        name: 'insertOne',
        arguments: [{ ...place, document }],
      })
    }
    const [service] = await json<{ _id: string }[]>(200, 'GET', '/services')
    const path = `/services/${service?._id}/commands`

    expect(await json(200, 'POST', `${path}/build_info`)).toEqual({ ok: 1 })
    expect(await json(200, 'POST', `${path}/list_databases`)).toEqual({ databases: ['shop'] })
    expect(await json(200, 'POST', `${path}/list_collections`, { database: 'shop' })).toEqual({
      collections: ['orders'],
    })
    expect(await json(200, 'POST', `${path}/generate_schema`, place)).toEqual({
      sampled: 2,
      schema: {
        title: 'orders',
        bsonType: 'object',
        required: ['_id', 'item', 'price'],
        properties: {
          _id: { bsonType: 'objectId' },
          item: { bsonType: 'string' },
          price: { bsonType: ['double', 'int'] },
          address: {
            bsonType: 'object',
            required: ['zip'],
            properties: { zip: { bsonType: 'string' } },
          },
          tags: { bsonType: 'array', items: { bsonType: 'string' } },
        },
      },
    })
    expect(await refused('POST', `${path}/drop_everything`)).toMatchObject({
      status: 400,
      error: "the data source has no command 'drop_everything'",
    })
    expect(await refused('POST', `${path}/list_collections`)).toMatchObject({
      status: 400,
      error: "'database' is a required string",
    })
    expect(await refused('POST', '/services/nobody/commands/build_info')).toMatchObject({
      status: 404,
    })
  })
})
