import { ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { App, Credentials } from '../src/index.ts'
import { logInAs } from './logged-in.ts'
import { makeFolder, type Seen, startWireServer, type WireServer } from './wire-server.ts'

const root = '/api/client/v2.0/auth/api_keys'
const id = '65a0c0ffee0000000000beef'
const key = { _id: id, name: 'phone', disabled: false }
const over = {
  status: 401,
  body: { error: 'invalid session: failed to find refresh token', error_code: 'InvalidSession' },
}

const isKeyRequest = (seen: Seen): boolean => seen.path.startsWith(root)

const answerKeys = (server: WireServer, body: object | undefined): void => {
  server.answerWith(seen => (isKeyRequest(seen) ? { status: body ? 200 : 204, body } : undefined))
}

describe('user.apiKeys', () => {
  it('sends what the wire wants, with the refresh token, and gives what the Realm SDK gives', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const { apiKeys } = user
    const secret = { ...key, key: 'rgk0123' }
    const calls: [() => Promise<unknown>, string, string, object | undefined, unknown][] = [
      [() => apiKeys.create('phone'), 'POST', root, secret, secret],
      [() => apiKeys.fetchAll(), 'GET', root, [key, key], [key, key]],
      [() => apiKeys.fetch(id), 'GET', `${root}/${id}`, { ...key, more: 1 }, key],
      [() => apiKeys.enable(id), 'PUT', `${root}/${id}/enable`, undefined, undefined],
      [() => apiKeys.disable(id), 'PUT', `${root}/${id}/disable`, undefined, undefined],
      [() => apiKeys.delete(id), 'DELETE', `${root}/${id}`, undefined, undefined],
    ]
    for (const [call, method, path, answer, result] of calls) {
      answerKeys(server, answer)
      expect(await call()).toEqual(result)
      const bearer = user.refreshToken
      expect(server.requests.at(-1)).toMatchObject({ method, path, bearer })
    }
    expect(
      server.requests.find(seen => seen.method === 'POST' && isKeyRequest(seen))?.body,
    ).toEqual({ name: 'phone' })
  })

  it('takes an ObjectId for an id, and nothing that would be another path', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const { apiKeys } = user
    answerKeys(server, key)
    expect(await apiKeys.fetch(new ObjectId(id) as never)).toEqual(key)
    const before = server.requests.length

    for (const bad of ['', '..', `${id}/enable`, 'phone']) {
      await expect(apiKeys.delete(bad)).rejects.toThrow(
        "Expected 'keyId' to be a string of 24 hex characters, got a string",
      )
    }
    await expect(apiKeys.fetch(undefined as never)).rejects.toThrow(
      "Expected 'keyId' to be a string, got undefined",
    )
    await expect(apiKeys.create(7 as never)).rejects.toThrow(
      "Expected 'keyName' to be a string, got a number",
    )
    expect(server.requests.length).toBe(before)
  })

  it('refuses an answer that is no key', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const cases: [() => Promise<unknown>, object][] = [
      [() => user.apiKeys.create('phone'), key],
      [() => user.apiKeys.fetch(id), { ...key, disabled: 'no' }],
      [() => user.apiKeys.fetch(id), { ...key, _id: { $oid: id } }],
      [() => user.apiKeys.fetchAll(), key],
      [() => user.apiKeys.fetchAll(), [null]],
    ]
    for (const [call, body] of cases) {
      answerKeys(server, body)
      await expect(call()).rejects.toMatchObject({ code: 4202 })
    }
  })

  it('logs the user out when the session was ended, once for many calls', async () => {
    await using server = await startWireServer()
    const { app, user } = await logInAs(server, 'ada')
    let told = 0
    user.addListener(() => told++)
    server.answerWith(seen => (isKeyRequest(seen) ? over : undefined))

    const calls = Array.from({ length: 200 }, () => user.apiKeys.fetchAll())
    for (const result of await Promise.allSettled(calls)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 4301, statusCode: 401 } })
    }

    expect(user.state).toBe('LoggedOut')
    expect(app.currentUser).toBeNull()
    expect(told).toBe(1)
    expect(server.requests.filter(isKeyRequest)).toHaveLength(200)
    const before = server.requests.length
    await expect(user.apiKeys.fetchAll()).rejects.toMatchObject({ code: 4101 })
    expect(server.requests.length).toBe(before)
  })

  it('leaves the user logged in after any other refusal', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const cases: [number, object, number][] = [
      [401, { error: 'must authenticate first' }, 4351],
      [403, { error: 'anonymous users and server users cannot have API keys' }, 4351],
      [404, { error: 'API key not found', error_code: 'APIKeyNotFound' }, 4334],
      [409, { error: 'taken', error_code: 'APIKeyAlreadyExists' }, 4339],
      [503, { error: 'too busy' }, 4351],
    ]
    for (const [status, body, code] of cases) {
      server.answerWith(seen => (isKeyRequest(seen) ? { status, body } : undefined))
      await expect(user.apiKeys.create('phone')).rejects.toMatchObject({ code, statusCode: status })
      expect(user.isLoggedIn).toBe(true)
    }
    expect(server.requests.filter(isKeyRequest)).toHaveLength(cases.length)
  })

  it('goes on with the login that another call made meanwhile', async () => {
    await using server = await startWireServer()
    const { app, user } = await logInAs(server, 'ada')
    server.answerWith(async seen => {
      if (!isKeyRequest(seen)) return undefined
      server.answerWith(again => (isKeyRequest(again) ? { status: 200, body: [key] } : undefined))
      await app.logIn(Credentials.emailPassword('ada', 'password'))
      return over
    })

    expect(await user.apiKeys.fetchAll()).toEqual([key])

    expect(user.isLoggedIn).toBe(true)
    expect(server.requests.at(-1)?.bearer).toBe(user.refreshToken)
  })

  it('goes on with the login that another program on the same files made', async () => {
    await using server = await startWireServer()
    using folder = makeFolder()
    const base = { id: 'test-aaaaa', baseFilePath: folder.path }
    const app = new App({ ...base, baseUrl: server.url })
    const other = new App({ ...base, baseUrl: `${server.url}/` })
    const credentials = Credentials.emailPassword('ada', 'password')
    const user = await app.logIn(credentials)
    const there = new App({ ...base, baseUrl: server.url.replace('127.0.0.1', 'localhost') })
    const newer = await there.logIn(credentials)
    expect(other.currentUser?.id).toBe(user.id)
    const good = newer.refreshToken
    server.answerWith(seen =>
      isKeyRequest(seen) ? (seen.bearer === good ? { status: 200, body: [key] } : over) : undefined,
    )

    expect(await user.apiKeys.fetchAll()).toEqual([key])

    expect(user.refreshToken).toBe(good)
  })

  it('changes nothing when it ends after a log-out', async () => {
    await using server = await startWireServer()
    const { user } = await logInAs(server, 'ada')
    const logOutDuringCall = async (): Promise<void> => {
      await user.logOut()
    }
    server.answerWith(async seen => {
      if (!isKeyRequest(seen)) return undefined
      await logOutDuringCall()
      return over
    })

    await expect(user.apiKeys.fetchAll()).rejects.toMatchObject({ code: 4301 })

    expect(user.state).toBe('LoggedOut')
    expect(server.requests.filter(isKeyRequest)).toHaveLength(1)
  })
})
