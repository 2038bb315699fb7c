import { createHmac } from 'node:crypto'
import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, post, refused as refusedByClient } from '../../client/clients.ts'
import { openAdmin } from './admin.ts'

type Listed = { _id: string; name: string; type: string; disabled: boolean }

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token as an app's own identity provider signs it. */
const signToken = (key: string): string => {
  const claims = { sub: 'ada', aud: 'test-aaaaa', exp: 4_000_000_000 }
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

describe('auth providers of an app', () => {
  it('are `api-key` alone and off in a new app, where it is turned on and off', async () => {
    await using server = await startTestServer({ app: { providers: [] } })
    const { json } = openAdmin(server)

    const [apiKey] = await json<Listed[]>(200, 'GET', '/auth_providers')
    await json(204, 'PUT', `/auth_providers/${apiKey?._id}/enable`)
    const on = await json(200, 'GET', '/auth_providers')
    await json(204, 'PUT', `/auth_providers/${apiKey?._id}/disable`, {})

    const listed = {
      _id: expect.stringMatching(/^[0-9a-f]{24}$/),
      name: 'api-key',
      type: 'api-key',
    }
    expect(apiKey).toEqual({ ...listed, disabled: true })
    expect(on).toEqual([{ ...listed, disabled: false }])
    expect(await json(200, 'GET', '/auth_providers')).toEqual([{ ...listed, disabled: true }])
  })

  it('are made without a name, changed in part and taken away; users log in accordingly', async () => {
    await using server = await startTestServer({ app: { providers: [] } })
    const { json } = openAdmin(server)
    const tryLogIn = () => post(server, clientPaths.login('test-aaaaa', 'anon-user'), {})

    const made = await json(201, 'POST', '/auth_providers', { type: 'anon-user' })
    const path = `/auth_providers/${made._id}`
    const first = (await tryLogIn()).status
    await json(204, 'PATCH', path, { _id: made._id, name: 'anon-user', disabled: true })
    const second = await refusedByClient(await tryLogIn())
    const shown = await json(200, 'GET', path)
    await json(204, 'PATCH', path, { disabled: false })
    const third = (await tryLogIn()).status
    await json(204, 'DELETE', path)

    expect(made).toEqual({
      _id: expect.any(String),
      name: 'anon-user',
      type: 'anon-user',
      disabled: false,
    })
    expect([first, third]).toEqual([200, 200])
    expect(second).toMatchObject({ status: 404, error_code: 'AuthProviderNotFound' })
    expect(shown).toEqual({ ...made, disabled: true })
    expect((await json<Listed[]>(200, 'GET', '/auth_providers')).map(({ type }) => type)).toEqual([
      'api-key',
    ])
  })

  it('name functions by id or by name, and show both', async () => {
    await using server = await startTestServer({ app: { providers: [] } })
    const { json } = openAdmin(server)
    const source = 'exports = () => ({ status: "success" })'
    const { _id } = await json(201, 'POST', '/functions', {
      name: 'confirm',
      private: true,
      source,
    })
    const config = {
      autoConfirm: false,
      emailConfirmationUrl: 'http://localhost/confirm',
      resetPasswordUrl: 'http://localhost/reset',
      confirmEmailSubject: '',
      resetPasswordSubject: '',
      runConfirmationFunction: true,
      confirmationFunctionId: _id,
      runResetFunction: false,
      resetFunctionId: '',
    }

    const made = await json(201, 'POST', '/auth_providers', { type: 'local-userpass', config })
    const both = { confirmationFunctionId: _id, confirmationFunctionName: 'confirm' }
    const email = 'ada@example.com'
    await post(server, clientPaths.register('test-aaaaa'), { email, password: '123456' })
    await logIn(server, 'local-userpass', { username: email, password: '123456' })

    expect(made).toMatchObject({ config: { ...both, runConfirmationFunction: true } })
    expect(await json(200, 'GET', `/auth_providers/${made._id}`)).toMatchObject({ config: both })
  })

  it('keep a signing key that stands in them as a secret, and show it to nobody', async () => {
    await using server = await startTestServer({ app: { providers: [] } })
    const { json } = openAdmin(server)
    const key = 'My_very_confidential_secretttttt'

    const made = await json(201, 'POST', '/auth_providers', {
      type: 'custom-token',
      config: { audience: '', signingAlgorithm: 'HS256', signingKey: key, useJWKURI: false },
    })

    await logIn(server, 'custom-token', { token: signToken(key) })
    const draft = await json(201, 'POST', '/drafts')
    const other = 'Another_confidential_secrettttttt'
    await json(204, 'PATCH', `/auth_providers/${made._id}`, {
      config: { signingAlgorithm: 'HS256', signingKey: other },
      secret_config: null,
    })
    expect(JSON.stringify(await json(200, 'GET', `/drafts/${draft._id}/diff`))).not.toContain(other)
    expect(JSON.stringify(await json(200, 'GET', '/pull'))).not.toContain(other)
    await json(204, 'DELETE', `/drafts/${draft._id}`)
    const shown = await json(200, 'GET', `/auth_providers/${made._id}`)
    expect(JSON.stringify(shown)).not.toContain(key)
    expect(JSON.stringify(await json(200, 'GET', '/pull'))).not.toContain(key)
    expect(JSON.stringify(server.logs())).not.toContain(key)
  })

  it('are refused when they are unknown, taken, or no providers', async () => {
    await using server = await startTestServer()
    const { json, refused } = openAdmin(server)
    const nobody = 'f'.repeat(24)
    const unknown = {
      status: 404,
      error: `auth provider not found: '${nobody}'`,
      error_code: 'AuthProviderNotFound',
    }

    expect(await refused('GET', `/auth_providers/${nobody}`)).toEqual(unknown)
    expect(await refused('PATCH', `/auth_providers/${nobody}`, {})).toEqual(unknown)
    expect(await refused('PUT', `/auth_providers/${nobody}/enable`)).toEqual(unknown)
    expect(await refused('DELETE', `/auth_providers/${nobody}`)).toEqual(unknown)
    for (const type of ['anon-user', 'api-key']) {
      expect(await refused('POST', '/auth_providers', { type })).toEqual({
        status: 409,
        error: `there is an auth provider '${type}' already`,
        error_code: 'AuthProviderDuplicateName',
      })
    }
    expect(await refused('POST', '/auth_providers', { type: 'smoke-signs' })).toMatchObject({
      status: 400,
      error: expect.stringContaining("'type' must be one of anon-user"),
    })
    expect(
      await refused('POST', '/auth_providers', { type: 'custom-token', name: 'mine' }),
    ).toMatchObject({ status: 400, error: "'name' must be 'custom-token', as the type" })
    expect(
      await refused('POST', '/auth_providers', {
        type: 'custom-token',
        config: { signingAlgorithm: 'HS256' },
        secret_config: { signingKeys: ['nowhere'] },
      }),
    ).toMatchObject({ status: 400, error: expect.stringContaining('nowhere') })
    expect(await json(200, 'GET', '/auth_providers')).toHaveLength(3)
  })
})
