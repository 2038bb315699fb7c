import { clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { claimsOf, logIn, post, profileOf, refused } from './clients.ts'

const ada = { email: 'ada@example.com', password: 'correct horse' }
const adaLogin = { username: ada.email, password: ada.password }

describe('POST …/providers/anon-user/login', () => {
  it('makes a new user each time, with and without a body', async () => {
    await using server = await startTestServer()
    const path = clientPaths.login(server.app.clientAppId, 'anon-user')

    const first = await logIn(server, 'anon-user')
    const second = await logIn(server, 'anon-user', { provider: 'anon-user' })
    const third = await server.request('POST', path)

    expect(first).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      user_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      device_id: '0'.repeat(24),
    })
    expect(second.user_id).not.toBe(first.user_id)
    expect(third.status).toBe(200)
  })

  it('hands out tokens with the claims that clients parse', async () => {
    await using server = await startTestServer()

    const { access_token, refresh_token, user_id, device_id } = await logIn(server, 'anon-user')

    const access = claimsOf(access_token)
    const { iat, exp } = access as { iat: number; exp: number }
    expect(access).toMatchObject({
      typ: 'access',
      sub: user_id,
      baas_device_id: device_id,
      baas_domain_id: server.app.id,
      aud: server.app.clientAppId,
      iss: `${server.url}/api/client/v2.0/app/${server.app.clientAppId}`,
    })
    expect([iat, exp].every(Number.isInteger)).toBe(true)
    expect(exp - iat).toBe(1800)
    expect(access).not.toHaveProperty('user_data')
    expect(claimsOf(refresh_token)).toMatchObject({
      typ: 'refresh',
      sub: user_id,
      baas_id: access.sid,
      baas_identity: { provider_type: 'anon-user' },
    })
  })
})

describe('the device of a login', () => {
  it('is known again by its id, as realm-web sends it, for another user too', async () => {
    await using server = await startTestServer()
    const device = (deviceId?: unknown) => ({
      options: {
        device: { sdkVersion: '2.0.1', platform: 'node', ...(deviceId ? { deviceId } : {}) },
      },
    })

    const first = await logIn(server, 'anon-user', device())
    const again = await logIn(server, 'anon-user', device({ $oid: first.device_id }))
    const plain = await logIn(server, 'anon-user', device(first.device_id))
    const unknown = await logIn(server, 'anon-user', device({ $oid: 'f'.repeat(24) }))
    const none = await logIn(server, 'anon-user', device({ $oid: '0'.repeat(24) }))

    expect(first.device_id).toMatch(/^(?!0{24})[0-9a-f]{24}$/)
    expect(again.device_id).toBe(first.device_id)
    expect(again.user_id).not.toBe(first.user_id)
    expect(claimsOf(again.access_token).baas_device_id).toBe(first.device_id)
    expect(plain.device_id).toBe(first.device_id)
    expect(unknown.device_id).not.toBe(first.device_id)
    expect(none.device_id).not.toBe('0'.repeat(24))
  })

  it('may say as much as native SDKs do', async () => {
    await using server = await startTestServer()

    const { device_id } = await logIn(server, 'anon-user', {
      provider: 'anon-user',
      options: {
        device: {
          appId: 'test-aaaaa',
          platform: 'Linux',
          platformVersion: '6.1.0',
          sdk: 'JS',
          sdkVersion: '12.15.0',
          cpuArch: 'x86_64',
          deviceName: 'x'.repeat(5_000),
          coreVersion: '14.14.0',
          anythingElse: { nested: true },
        },
      },
    })

    const kept = await server.deps.store.devices.findById(device_id)
    expect(kept?.details).toMatchObject({ sdk: 'JS', platform: 'Linux', cpuArch: 'x86_64' })
    expect(kept?.details.deviceName?.length).toBeLessThanOrEqual(256)
  })
})

describe('POST …/providers/local-userpass/login', () => {
  it('answers wrong passwords and unknown users alike', async () => {
    await using server = await startTestServer()
    const path = clientPaths.login(server.app.clientAppId, 'local-userpass')
    await post(server, clientPaths.register(server.app.clientAppId), ada)

    const unauthorized = { status: 401, error: 'unauthorized', error_code: 'InvalidPassword' }
    const wrong = await post(server, path, { ...adaLogin, password: 'wrong horse' })
    const unknown = await post(server, path, { ...adaLogin, username: 'bob@example.com' })
    expect(await refused(wrong)).toEqual(unauthorized)
    expect(await refused(unknown)).toEqual(unauthorized)
  })

  it('ignores an Authorization header, even a stale one', async () => {
    await using server = await startTestServer()
    const { clientAppId } = server.app
    const registered = await server.request('POST', clientPaths.register(clientAppId), {
      json: ada,
      bearer: 'stale',
    })
    const path = clientPaths.login(clientAppId, 'local-userpass')

    const response = await server.request('POST', path, { json: adaLogin, bearer: 'null' })

    expect([registered.status, response.status]).toEqual([201, 200])
  })

  it('refuses a disabled user by name, and unconfirmed ones as the original did', async () => {
    await using server = await startTestServer({
      app: { providers: [{ type: 'local-userpass', config: { autoConfirm: false } }] },
    })
    const { clientAppId } = server.app
    const path = clientPaths.login(clientAppId, 'local-userpass')
    await post(server, clientPaths.register(clientAppId), ada)
    expect(await refused(await post(server, path, adaLogin))).toEqual({
      status: 401,
      error: 'unauthorized',
      error_code: 'AuthError',
    })
    const link = new URL((await server.mailbox())[0]?.link ?? '')
    const { token, tokenId } = Object.fromEntries(link.searchParams)
    await post(server, clientPaths.confirm(clientAppId), { token, tokenId })

    const { user_id } = await logIn(server, 'local-userpass', adaLogin)
    await server.deps.store.users.setDisabled(user_id, true)

    expect(await refused(await post(server, path, adaLogin))).toEqual({
      status: 401,
      error: 'user disabled',
      error_code: 'UserDisabled',
    })
  })
})

describe('POST …/login?link=true', () => {
  const linking = (clientAppId: string) =>
    `${clientPaths.login(clientAppId, 'local-userpass')}?link=true`

  it('adds the identity behind the ones the user has', async () => {
    await using server = await startTestServer()
    const { clientAppId } = server.app
    await post(server, clientPaths.register(clientAppId), ada)
    const anonymous = await logIn(server, 'anon-user')

    const linked = await server.request('POST', linking(clientAppId), {
      json: adaLogin,
      bearer: anonymous.access_token,
    })

    const answer = (await linked.json()) as typeof anonymous
    expect(linked.status).toBe(200)
    expect(answer.user_id).toBe(anonymous.user_id)
    expect(answer.device_id).toBe(anonymous.device_id)
    const profile = await profileOf(server, answer.access_token)
    expect(profile.identities.map(identity => identity.provider_type)).toEqual([
      'anon-user',
      'local-userpass',
    ])
    expect((await logIn(server, 'local-userpass', adaLogin)).user_id).toBe(anonymous.user_id)
  })

  it('refuses an identity of somebody else in words that stop realm-web from retrying', async () => {
    await using server = await startTestServer()
    const { clientAppId } = server.app
    await post(server, clientPaths.register(clientAppId), ada)
    await logIn(server, 'local-userpass', adaLogin)
    const { access_token: bearer } = await logIn(server, 'anon-user')

    const response = await server.request('POST', linking(clientAppId), { json: adaLogin, bearer })

    expect(await refused(response)).toEqual({
      status: 401,
      error: 'unauthorized: identity already belongs to another user',
      error_code: 'AuthError',
    })
  })

  it('does not take an anonymous identity', async () => {
    await using server = await startTestServer()
    const path = `${clientPaths.login(server.app.clientAppId, 'anon-user')}?link=true`
    const { access_token: bearer } = await logIn(server, 'anon-user')

    expect(await refused(await server.request('POST', path, { bearer }))).toEqual({
      status: 400,
      error: 'cannot add anonymous credentials to an existing user',
      error_code: 'BadRequest',
    })
  })

  it('needs the access token of a user of this app', async () => {
    await using server = await startTestServer({ app: [{}, { clientAppId: 'other-aaaaa' }] })
    const { clientAppId } = server.app
    const other = await logIn(server, 'anon-user', {}, server.apps[1])
    const link = (bearer?: string) =>
      server.request('POST', linking(clientAppId), { json: adaLogin, ...(bearer && { bearer }) })

    expect(await refused(await link())).toEqual({ status: 401, error: 'must authenticate first' })
    for (const bearer of [other.access_token, other.refresh_token, 'null']) {
      expect(await refused(await link(bearer))).toMatchObject({
        status: 401,
        error_code: 'InvalidSession',
      })
    }
  })
})

describe('a login that cannot be', () => {
  it('names the unknown app or provider', async () => {
    await using server = await startTestServer({ app: { providers: ['anon-user'] } })
    const { clientAppId } = server.app
    const ask = async (appId: string, provider: string) =>
      refused(await post(server, clientPaths.login(appId, provider), {}))

    expect(await ask('nobody-aaaaa', 'anon-user')).toEqual({
      status: 404,
      error: "cannot find app using Client App ID 'nobody-aaaaa'",
    })
    for (const provider of ['local-userpass', 'custom-token', 'nonsense', '__proto__']) {
      expect(await ask(clientAppId, provider)).toEqual({
        status: 404,
        error: `auth provider not found: '${provider}'`,
        error_code: 'AuthProviderNotFound',
      })
    }
  })
})
