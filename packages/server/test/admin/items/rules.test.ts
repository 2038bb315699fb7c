import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn } from '../../client/clients.ts'
import { type Admin, openAdmin } from './admin.ts'

const nobody = 'f'.repeat(24)

const allow = (read: boolean) => ({
  name: 'all',
  apply_when: {},
  document_filters: { read: true, write: true },
  read,
  write: false,
  insert: false,
  delete: false,
  search: true,
})

const addSource = async ({ json }: Admin, more: object = {}): Promise<string> => {
  const body = { name: 'mongodb-atlas', type: 'mongodb-atlas', config: {}, ...more }
  return (await json<{ _id: string }>(201, 'POST', '/services', body))._id
}

const count = async (server: TestServer, bearer: string): Promise<number> => {
  const path = clientPaths.callFunction(server.app.clientAppId)
  const place = { database: 'shop', collection: 'orders' }
  const json = {
    service: 'mongodb-atlas',
    name: 'count',
    arguments: [{ ...place, query: {} }],
  }
  return (await server.request('POST', path, { bearer, json })).status
}

describe('rules of a collection', () => {
  it('are made, listed, shown, replaced and deleted, and count at once', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json } = admin
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const all = `/services/${await addSource(admin)}/rules`
    const body = { database: 'shop', collection: 'orders', roles: [allow(true)], filters: [] }
    const schema = { title: 'order', bsonType: 'object', properties: { n: { bsonType: 'int' } } }

    const statuses = [await count(server, bearer)]
    const made = await json(201, 'POST', all, { ...body, schema, relationships: {} })
    statuses.push(await count(server, bearer))
    const listed = await json(200, 'GET', all)
    const shown = await json(200, 'GET', `${all}/${made._id}`)
    await json(204, 'PUT', `${all}/${made._id}`, { _id: made._id, ...body, collection: 'invoices' })
    const moved = await json(200, 'GET', `${all}/${made._id}`)
    statuses.push(await count(server, bearer))

    expect(statuses).toEqual([403, 200, 403])
    expect(listed).toEqual([{ _id: made._id, database: 'shop', collection: 'orders' }])
    expect(shown).toEqual({ ...body, _id: made._id, schema, relationships: {} })
    expect(moved).toMatchObject({ _id: made._id, collection: 'invoices' })
    await json(204, 'DELETE', `${all}/${made._id}`)
    expect(await json(200, 'GET', all)).toEqual([])
  })

  it('of services that are only kept have a name instead', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json, refused } = admin
    const all = `/services/${await addSource(admin, { name: 'web', type: 'http' })}/rules`

    const made = await json(201, 'POST', all, { name: 'a rule', actions: ['get'], when: {} })
    await json(204, 'PUT', `${all}/${made._id}`, { name: 'a rule', actions: ['post'], when: true })

    expect(await json(200, 'GET', all)).toEqual([{ _id: made._id, name: 'a rule' }])
    expect(await json(200, 'GET', `${all}/${made._id}`)).toEqual({
      _id: made._id,
      name: 'a rule',
      actions: ['post'],
      when: true,
    })
    expect(await refused('POST', all, { name: 'a rule' })).toMatchObject({
      status: 409,
      error_code: 'RuleDuplicateName',
    })
    expect(await refused('POST', all, { database: 'a', collection: 'b' })).toMatchObject({
      status: 400,
      error: "'name' is a required string",
    })
    await json(204, 'DELETE', `${all}/${made._id}`)
    expect(await json(200, 'GET', all)).toEqual([])
  })

  it('are refused when they are unknown, taken, or no rules', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json, refused } = admin
    const all = `/services/${await addSource(admin)}/rules`
    const body = { database: 'shop', collection: 'orders', roles: [allow(true)], filters: [] }
    await json(201, 'POST', all, body)
    const other = await json(201, 'POST', all, { ...body, collection: 'other' })
    const unknown = {
      status: 404,
      error: `rule not found: '${nobody}'`,
      error_code: 'RuleNotFound',
    }
    const taken = {
      status: 409,
      error: "there is a rule for 'shop.orders' already",
      error_code: 'RuleDuplicateName',
    }

    expect(await refused('GET', `${all}/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `${all}/${nobody}`, body)).toEqual(unknown)
    expect(await refused('DELETE', `${all}/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', all, body)).toEqual(taken)
    expect(await refused('PUT', `${all}/${other._id}`, body)).toEqual(taken)
    expect(await refused('GET', `/services/${nobody}/rules`)).toMatchObject({ status: 404 })
    expect(await refused('POST', all, { name: 'x' })).toMatchObject({
      status: 400,
      error: "'database' is a required string",
    })
    const roles = [{ ...allow(true), reed: true }]
    expect(await refused('POST', all, { ...body, collection: 'c', roles })).toMatchObject({
      status: 400,
      error: expect.stringContaining('reed'),
    })
    expect(await refused('POST', all, { ...body, database: 'a/../../b' })).toMatchObject({
      status: 400,
    })
    expect(await json(200, 'GET', all)).toHaveLength(2)
  })
})

describe('a rule that names what comes later', () => {
  it('holds for nobody until the function and the value are there', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json } = admin
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const path = `/services/${await addSource(admin)}/default_rule`
    const asked = { '%function': { name: 'isOpen', arguments: ['%%values.hours'] } }
    const role = { ...allow(true), apply_when: { '%%true': asked } }
    const read = async (): Promise<unknown> => {
      const place = { database: 'shop', collection: 'orders' }
      const call = { service: 'mongodb-atlas', name: 'find', arguments: [{ ...place, query: {} }] }
      const client = clientPaths.callFunction(server.app.clientAppId)
      return (await server.request('POST', client, { bearer, json: call })).json()
    }
    const insert = {
      service: 'mongodb-atlas',
      name: 'insertOne',
      arguments: [{ database: 'shop', collection: 'orders', document: { item: 'plums' } }],
    }
    await json(200, 'POST', '/debug/execute_function?run_as_system=true', insert)

    await json(201, 'POST', path, { roles: [role] })
    const before = await read()
    const source = 'exports = hours => hours === "always"'
    await json(201, 'POST', '/functions', { name: 'isOpen', private: true, source })
    const between = await read()
    await json(201, 'POST', '/values', { name: 'hours', value: 'always' })

    expect([before, between]).toEqual([[], []])
    expect(await read()).toMatchObject([{ item: 'plums' }])
  })
})

describe('the default rule of a data source', () => {
  it('is made once, replaced by its id, and taken away', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json, refused } = admin
    const { access_token: bearer } = await logIn(server, 'anon-user')
    const path = `/services/${await addSource(admin)}/default_rule`
    const missing = {
      status: 404,
      error: 'default rule does not exist on service',
      error_code: 'RuleNotFound',
    }

    expect(await refused('GET', path)).toEqual(missing)
    expect(await refused('PUT', path, { _id: nobody, roles: [] })).toEqual(missing)
    const made = await json(201, 'POST', path, {
      database: 'shop',
      collection: 'orders',
      roles: [allow(true)],
    })
    const statuses = [await count(server, bearer)]
    const again = await refused('POST', path, { roles: [] })
    const mismatch = await refused('PUT', path, { roles: [allow(false)] })
    const response = await admin.call('PUT', path, { ...made, roles: [allow(false)] })
    const shown = await json(200, 'GET', path)
    await json(204, 'DELETE', path)
    statuses.push(await count(server, bearer))

    expect(made).toEqual({ _id: expect.any(String), roles: [allow(true)], filters: [] })
    expect(again).toMatchObject({ status: 400, error: 'default rule already exists' })
    expect(mismatch).toMatchObject({ status: 400, error: 'service default rule id mismatch' })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(shown).toEqual({ ...made, roles: [allow(false)] })
    expect(statuses).toEqual([200, 403])
    expect(await refused('DELETE', path)).toEqual(missing)
  })
})

describe('schemas of collections', () => {
  it('are made, listed, shown, replaced and deleted, with rules beside them or without', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json } = admin
    const source = await addSource(admin)
    await json(201, 'POST', `/services/${source}/default_rule`, { roles: [allow(true)] })
    const metadata = { data_source: 'mongodb-atlas', database: 'shop', collection: 'orders' }
    const schema = { title: 'order', bsonType: 'object', properties: { n: { bsonType: 'int' } } }

    const made = await json(201, 'POST', '/schemas', { metadata, schema })
    const path = `/schemas/${made._id}`
    const rule = { database: 'shop', collection: 'orders', roles: [allow(true)], filters: [] }
    const withRules = await json(201, 'POST', `/services/${source}/rules`, rule)
    const relationships = { owner: { ref: '#/x', foreign_key: '_id', is_list: false } }
    await json(204, 'PUT', path, {
      _id: made._id,
      metadata,
      schema: { ...schema, required: ['n'] },
      relationships,
    })
    const shown = await json(200, 'GET', path)
    const listed = await json(200, 'GET', '/schemas')
    await json(204, 'DELETE', path)

    expect(made).toMatchObject({ metadata, schema, relationships: {} })
    expect(shown).toMatchObject({ schema: { required: ['n'] }, relationships })
    expect(listed).toEqual([{ _id: made._id, metadata, last_modified: expect.any(Number) }])
    expect(await json(200, 'GET', '/schemas')).toEqual([])
    expect(await json(200, 'GET', `/services/${source}/rules/${withRules._id}`)).toEqual({
      ...rule,
      _id: withRules._id,
    })
  })

  it('are refused when they are unknown, taken, elsewhere or empty', async () => {
    await using server = await startTestServer()
    const admin = openAdmin(server)
    const { json, refused } = admin
    await addSource(admin)
    const metadata = { data_source: 'mongodb-atlas', database: 'shop', collection: 'orders' }
    const body = { metadata, schema: { bsonType: 'object' } }
    const made = await json(201, 'POST', '/schemas', body)
    const unknown = {
      status: 404,
      error: `schema not found: '${nobody}'`,
      error_code: 'SchemaNotFound',
    }

    expect(await refused('GET', `/schemas/${nobody}`)).toEqual(unknown)
    expect(await refused('PUT', `/schemas/${nobody}`, body)).toEqual(unknown)
    expect(await refused('DELETE', `/schemas/${nobody}`)).toEqual(unknown)
    expect(await refused('POST', '/schemas', body)).toEqual({
      status: 409,
      error: "there is a schema for 'shop.orders' already",
      error_code: 'SchemaDuplicateName',
    })
    const elsewhere = { ...body, metadata: { ...metadata, collection: 'other' } }
    expect(await refused('PUT', `/schemas/${made._id}`, elsewhere)).toMatchObject({
      status: 400,
      error: "'metadata' of a schema cannot be changed",
    })
    expect(
      await refused('POST', '/schemas', { ...body, metadata: { ...metadata, data_source: 'no' } }),
    ).toMatchObject({ status: 404, error: "service not found: 'no'" })
    expect(await refused('PUT', `/schemas/${made._id}`, { ...body, schema: {} })).toMatchObject({
      status: 400,
      error: "'schema' must not be empty",
    })
    const odd = { ...body, metadata: { ...metadata, collection: 'a/b' } }
    expect(await refused('POST', '/schemas', odd)).toMatchObject({
      status: 400,
      error: expect.stringContaining("'shop.a/b' is no name for a schema without rules"),
    })
  })
})
