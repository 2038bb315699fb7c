import { clientPaths, privatePaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post } from '../client/clients.ts'
import { type Admin, openAdmin } from './items/admin.ts'

const account = { adminEmail: 'unique_user@domain.com', adminPassword: 'password' }
const api = '/api/admin/v3.0'
const mongodb = { name: 'BackingDB', type: 'mongodb', config: { uri: 'mongodb://127.0.0.1:1' } }
const confirm = `exports = ({ username }) =>
  ({ status: username.includes('realm_tests_do_autoverify') ? 'success' : 'fail' })`
const authenticate = 'exports = (loginPayload) => loginPayload["realmCustomAuthFuncUserId"]'
const role = {
  name: 'default',
  apply_when: {},
  document_filters: { read: true, write: true },
  read: true,
  write: true,
  insert: true,
  delete: true,
  search: true,
}

/** Logs in as they all do, and makes an app; requests carry what that client sends with each of them. */
const openNewApp = async (
  server: TestServer,
  name: string,
  { query = '', type = 'application/json' } = {},
): Promise<Admin & { readonly clientAppId: string; readonly bearer: string }> => {
  const send = (method: string, path: string, bearer?: string, body?: unknown) =>
    server.request(method, `${path}${query}`, {
      ...(bearer !== undefined && { bearer }),
      headers: { 'content-type': type, 'x-baas-request-origin': 'test' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const login = await send('POST', `${api}/auth/providers/local-userpass/login`, undefined, {
    provider: 'userpass',
    username: account.adminEmail,
    password: account.adminPassword,
  })
  const { access_token: bearer } = (await login.json()) as { access_token: string }
  const profile = await send('GET', `${api}/auth/profile`, bearer)
  const { roles } = (await profile.json()) as { roles: { group_id: string }[] }
  const apps = `${api}/groups/${roles[0]?.group_id}/apps`
  const made = await send('POST', apps, bearer, { name })
  expect(made.status).toBe(201)
  const app = (await made.json()) as { _id: string; client_app_id: string }
  const call: Admin['call'] = (method, path, json) =>
    send(method, `${apps}/${app._id}${path}`, bearer, json)
  return {
    ...openAdmin(server, app._id),
    call,
    refused: async (method, path, json) => {
      const response = await call(method, path, json)
      return { status: response.status, ...((await response.json()) as { error: string }) }
    },
    clientAppId: app.client_app_id,
    bearer,
    json: async (status, method, path, json) => {
      const response = await call(method, path, json)
      const text = await response.text()
      expect({ path, status: response.status, text }).toEqual({
        path,
        status,
        text: status === 204 ? '' : expect.any(String),
      })
      return (text === '' ? undefined : JSON.parse(text)) as never
    },
  }
}

type Listed = { _id: string; name: string; type: string }

const enable = async ({ json }: Admin, type: string): Promise<void> => {
  const providers = await json<Listed[]>(200, 'GET', '/auth_providers')
  const id = providers.find(one => one.type === type)?._id
  await json(204, 'PUT', `/auth_providers/${id}/enable`, '')
}

const logInToBoth = async (server: TestServer, clientAppId: string): Promise<void> => {
  const app = { ...server.app, clientAppId }
  expect(await logIn(server, 'anon-user', {}, app)).toMatchObject({ user_id: expect.any(String) })
  const email = 'realm_tests_do_autoverify@example.com'
  const password = 'password'
  expect((await post(server, clientPaths.register(clientAppId), { email, password })).status).toBe(
    201,
  )
  await logIn(server, 'local-userpass', { username: email, password }, app)
}

describe('the app that other clients of the Admin API make', () => {
  it('is made as by realm-core, with a parameter that nobody knows on every call', async () => {
    await using server = await startTestServer({ settings: account })
    expect((await server.request('GET', privatePaths.version())).status).toBe(200)
    const admin = await openNewApp(server, 'core-tests', {
      query: '?bypass_service_change=SyncSchemaVersionIncrease',
      type: 'application/json;charset=utf-8',
    })
    const { json, clientAppId } = admin

    const addFunction = async (name: string, source: string) =>
      (await json(201, 'POST', '/functions', { name, source, private: false, can_evaluate: {} }))
        ._id
    const confirmId = await addFunction('confirmFunc', confirm)
    const authId = await addFunction('authFunc', authenticate)
    const key = 'My_very_confidential_secretttttt'
    await json(201, 'POST', '/secrets', { name: 'customTokenKey', value: key })
    await enable(admin, 'api-key')
    await json(201, 'POST', '/auth_providers', { type: 'anon-user' })
    const config = {
      autoConfirm: false,
      confirmEmailSubject: '',
      confirmationFunctionName: 'confirmFunc',
      confirmationFunctionId: confirmId,
      emailConfirmationUrl: 'http://localhost/confirmEmail',
      resetFunctionName: '',
      resetFunctionId: '',
      resetPasswordSubject: '',
      resetPasswordUrl: 'http://localhost/resetPassword',
      runConfirmationFunction: true,
      runResetFunction: false,
    }
    await json(201, 'POST', '/auth_providers', { type: 'local-userpass', config })
    await json(201, 'POST', '/auth_providers', {
      type: 'custom-function',
      config: { authFunctionName: 'authFunc', authFunctionId: authId },
    })
    await json(201, 'POST', '/auth_providers', {
      type: 'custom-token',
      config: { audience: [], signingAlgorithm: 'HS256', useJWKURI: false },
      secret_config: { signingKeys: ['customTokenKey'] },
      disabled: false,
      metadata_fields: [{ required: false, name: 'user_data.name', field_name: 'name' }],
    })
    const { _id: service } = await json(201, 'POST', '/services', { ...mongodb, version: 1 })
    await json(204, 'PATCH', `/services/${service}/config`, {
      flexible_sync: { state: 'enabled', database_name: 'db', queryable_fields_names: ['_id'] },
    })
    const made = await json(201, 'POST', `/services/${service}/default_rule`, { roles: [role] })
    await json(204, 'PUT', `/services/${service}/default_rule`, { ...made, filters: [] })
    const metadata = { data_source: 'BackingDB', database: 'db', collection: 'Dog' }
    const schema = {
      title: 'Dog',
      required: ['_id'],
      properties: { _id: { bsonType: 'objectId' }, breed: { bsonType: 'string' } },
    }
    const { _id: schemaId } = await json(201, 'POST', '/schemas', { metadata, schema })
    await json(204, 'PUT', `/schemas/${schemaId}`, {
      _id: schemaId,
      metadata,
      schema,
      relationships: {},
    })
    await json(201, 'POST', '/services', {
      name: 'gcm',
      type: 'gcm',
      config: { senderId: 'gcm' },
      secret_config: { apiKey: 'gcm' },
      version: 1,
    })
    await json(204, 'PATCH', '/custom_user_data', {
      mongo_service_id: service,
      enabled: true,
      database_name: 'db',
      collection_name: 'UserData',
      user_id_field: 'user_id',
    })
    await json(204, 'PUT', '/sync/config', { development_mode_enabled: true })
    expect(await json(200, 'GET', '/sync/progress')).toEqual({ progress: {} })
    const features = privatePaths.features(server.projectId, 'unused')
    expect((await server.request('GET', features, { bearer: admin.bearer })).status).toBe(404)

    const users = await json<unknown[]>(200, 'GET', '/users')
    expect(users).toEqual([])
    const providers = await json<Listed[]>(200, 'GET', '/auth_providers')
    expect(providers.map(({ type }) => type).sort()).toEqual(
      ['anon-user', 'api-key', 'custom-function', 'custom-token', 'local-userpass'].sort(),
    )
    const unknown = post(server, clientPaths.login(clientAppId, 'local-userpass'), {
      username: 'nobody@example.com',
      password: '123456',
    })
    expect((await unknown).status).toBe(401)
  })

  it('is made as by realm-dotnet, realm-dart and realm-swift, and its users log in', async () => {
    await using server = await startTestServer({ settings: account })
    const admin = await openNewApp(server, 'dotnet-tests')
    const { json, clientAppId } = admin

    const { _id: confirmId } = await json(201, 'POST', '/functions', {
      name: 'confirmFunc',
      private: false,
      source: confirm,
    })
    await json(200, 'PUT', `/functions/${confirmId}`, {
      name: 'confirmFunc',
      private: true,
      source: confirm,
      run_as_system: true,
    })
    await enable(admin, 'api-key')
    await json(201, 'POST', '/auth_providers', {
      name: 'anon-user',
      type: 'anon-user',
      disabled: false,
      config: {},
    })
    await json(201, 'POST', '/auth_providers', {
      name: 'local-userpass',
      type: 'local-userpass',
      disabled: false,
      config: {
        autoConfirm: false,
        confirmationFunctionName: 'confirmFunc',
        confirmationFunctionId: confirmId,
        emailConfirmationUrl: 'http://localhost/confirmEmail',
        resetPasswordUrl: 'http://localhost/resetPassword',
        runConfirmationFunction: true,
        runResetFunction: false,
      },
    })
    await json(201, 'POST', '/auth_providers', {
      name: 'custom-token',
      type: 'custom-token',
      disabled: false,
      config: {
        audience: 'my-audience',
        signingAlgorithm: 'HS256',
        useJWKURI: false,
        signingKey: 'My_very_confidential_secretttttt',
      },
      metadata_fields: [{ required: true, name: 'name', field_name: 'name' }],
    })
    const { _id: service } = await json(201, 'POST', '/services', mongodb)
    await json(201, 'POST', `/services/${service}/default_rule`, { roles: [role] })
    await json(204, 'PUT', '/sync/config', { development_mode_enabled: true })

    await logInToBoth(server, clientAppId)
    expect(await json(200, 'GET', '/users')).toHaveLength(2)
    const apps = await server.request('GET', `${api}/groups/${server.projectId}/apps`, {
      bearer: admin.bearer,
    })
    expect(await apps.json()).toContainEqual(
      expect.objectContaining({ client_app_id: clientAppId, name: 'dotnet-tests' }),
    )
  })

  it('is changed as by realm-kotlin: a whole provider is read, changed and put back', async () => {
    await using server = await startTestServer({ settings: account })
    const admin = await openNewApp(server, 'kotlin-tests')
    const { json, clientAppId } = admin
    await json(201, 'POST', '/auth_providers', {
      type: 'local-userpass',
      config: {
        autoConfirm: false,
        emailConfirmationUrl: 'http://localhost/confirm',
        resetPasswordUrl: 'http://localhost/reset',
        runConfirmationFunction: false,
        runResetFunction: false,
      },
    })
    const providers = await json<Listed[]>(200, 'GET', '/auth_providers')
    const id = providers.find(({ type }) => type === 'local-userpass')?._id
    const whole = await json<{ config: object }>(200, 'GET', `/auth_providers/${id}`)
    await json(204, 'PATCH', `/auth_providers/${id}`, {
      config: { ...whole.config, autoConfirm: true },
    })
    await json(201, 'POST', '/functions', {
      name: 'deleteDocument',
      private: false,
      source: 'exports = (...args) => ({ asked: args.length })',
    })

    const run = await json(200, 'POST', '/debug/execute_function?run_as_system=true', {
      name: 'deleteDocument',
      arguments: ['BackingDB', 'db', {}],
    })
    const path = clientPaths.register(clientAppId)
    await post(server, path, { email: 'ada@example.com', password: '123456' })

    expect(run).toMatchObject({ result: { asked: { $numberLong: '3' } }, logs: null })
    await logIn(
      server,
      'local-userpass',
      { username: 'ada@example.com', password: '123456' },
      { ...server.app, clientAppId },
    )
    await json(204, 'PUT', `/auth_providers/${id}/disable`)
    expect(await json(200, 'GET', `/auth_providers/${id}`)).toMatchObject({ disabled: true })
  })

  it('is changed in a draft as by the original command line, and deployed from it', async () => {
    await using server = await startTestServer({ settings: account })
    const { json, refused, call } = await openNewApp(server, 'cli-tests')

    const draft = await json(201, 'POST', '/drafts')
    const again = await refused('POST', '/drafts')
    await json(201, 'POST', '/values', { name: 'unit', value: 'kg' })
    const pending = await json<{ diffs: string[] }>(200, 'GET', `/drafts/${draft._id}/diff`)
    const before = await json(200, 'GET', '/deployments')
    const deployment = await json(201, 'POST', `/drafts/${draft._id}/deployment`, { name: 'first' })

    expect(again).toMatchObject({ status: 409, error_code: 'DraftAlreadyExists' })
    expect(pending).toMatchObject({
      diffs: [expect.stringContaining('+ value unit')],
      hosting_files_diff: { added: [], deleted: [], modified: [] },
    })
    expect(before).toEqual([])
    expect(deployment).toMatchObject({ status: 'successful', draft_id: draft._id, name: 'first' })
    expect(await json(200, 'GET', '/drafts')).toEqual([])
    expect(await json(200, 'GET', '/values')).toMatchObject([{ name: 'unit' }])
    const one = await json(200, 'GET', `/deployments/${deployment._id}`)
    expect(await json(200, 'GET', '/deployments?limit=1')).toEqual([one])
    expect(await json(200, 'GET', `/deployments?before=${deployment._id}`)).toEqual([])
    expect(await json(200, 'GET', '/deployments?user_id=nobody')).toEqual([])
    const nobody = 'f'.repeat(24)
    for (const path of [`/deployments/${nobody}`, `/deployments?before=${nobody}`]) {
      expect(await refused('GET', path)).toMatchObject({
        status: 404,
        error_code: 'DeploymentNotFound',
      })
    }
    expect(await refused('DELETE', `/drafts/${nobody}`)).toMatchObject({
      status: 404,
      error_code: 'DraftNotFound',
    })
    expect((await call('GET', '/deployments?limit=none')).status).toBe(400)
    const exported = await call('GET', '/export?version=20210101')
    expect(exported.headers.get('content-type')).toBe('application/zip')
    expect((await call('DELETE', '')).status).toBe(204)
    expect((await call('GET', '')).status).toBe(404)
  })
})
