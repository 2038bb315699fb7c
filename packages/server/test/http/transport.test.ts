import { adminPaths, clientPaths } from '@regent/protocol'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { requestRaw } from './raw.ts'

const withCharset = 'content-type: application/json;charset=utf-8'

describe('every answer of the client API', () => {
  it('says exactly application/json, on success, refusal and unknown path', async () => {
    await using server = await startTestServer()
    const { clientAppId } = server.app

    const answers = [
      await requestRaw(server.url, `GET ${clientPaths.location(clientAppId)}`),
      await requestRaw(server.url, `GET ${clientPaths.location('nobody-aaaaa')}`),
      await requestRaw(server.url, `GET ${clientPaths.profile()}`),
      await requestRaw(server.url, 'GET /api/client/v2.0/nowhere'),
      await requestRaw(server.url, 'GET /'),
    ]

    expect(answers.map(answer => answer.status)).toEqual([200, 404, 401, 404, 404])
    for (const answer of answers) expect(answer.headers['content-type']).toBe('application/json')
  })

  it('takes native SDKs empty bodies with a JSON type, on every method', async () => {
    await using server = await startTestServer()
    const login = clientPaths.login(server.app.clientAppId, 'anon-user')
    const made = await requestRaw(server.url, `POST ${login}`, [withCharset])
    const { access_token, refresh_token } = JSON.parse(made.body)
    const access = `authorization: Bearer ${access_token}`
    const refresh = `authorization: Bearer ${refresh_token}`
    const session = clientPaths.session()

    expect(made.status).toBe(200)
    const requests = [
      [`GET ${clientPaths.profile()}`, access, 200],
      [`POST ${session}`, refresh, 201],
      [`DELETE ${session}`, refresh, 204],
    ] as const
    for (const [line, bearer, status] of requests) {
      const answer = await requestRaw(server.url, line, [withCharset, bearer])
      expect([line, answer.status]).toEqual([line, status])
    }
  })

  it('has no content type when it has no body', async () => {
    await using server = await startTestServer()
    const register = clientPaths.register(server.app.clientAppId)
    const body = '{"email":"ada@example.com","password":"correct horse"}'

    const answer = await requestRaw(server.url, `POST ${register}`, [withCharset], body)

    expect(answer).toMatchObject({ status: 201, body: '' })
    expect(answer.headers).not.toHaveProperty('content-type')
  })

  it('carries a request id, which the link of a refusal and the log name too', async () => {
    await using server = await startTestServer()

    const answer = await requestRaw(server.url, `GET ${clientPaths.location('nobody-aaaaa')}`)

    const id = answer.headers['x-appservices-request-id']
    expect(id).toMatch(/^[0-9a-f]{24}$/)
    expect(JSON.parse(answer.body)).toEqual({
      error: "cannot find app using Client App ID 'nobody-aaaaa'",
      link: `http://regent.test/groups/${server.projectId}/logs?co_id=${id}`,
    })
    expect(server.logs()).toContainEqual(
      expect.objectContaining({ requestId: id, status: 404, refusal: 'appNotFound' }),
    )
  })

  it('names project and app in the link, under the public URL when one is set', async () => {
    await using server = await startTestServer({
      settings: { publicUrl: 'https://auth.shop.example' },
    })
    const login = clientPaths.login(server.app.clientAppId, 'local-userpass')

    const answer = await requestRaw(server.url, `POST ${login}`, [withCharset], '{}')

    const id = answer.headers['x-appservices-request-id']
    const place = `groups/${server.projectId}/apps/${server.app.id}`
    expect(JSON.parse(answer.body).link).toBe(`https://auth.shop.example/${place}/logs?co_id=${id}`)
  })

  it('has the reason phrase of its status', async () => {
    await using server = await startTestServer()

    const answer = await requestRaw(server.url, `GET ${clientPaths.profile()}`)

    expect(answer).toMatchObject({ status: 401, reason: 'Unauthorized' })
  })

  it('is not stored and not sniffed', async () => {
    await using server = await startTestServer()

    const { headers } = await requestRaw(server.url, `GET ${clientPaths.profile()}`)

    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
  })
})

describe('paths', () => {
  it('work with doubled slashes and a slash at the end, without a redirect', async () => {
    await using server = await startTestServer()
    const providers = adminPaths.operatorProviders()
    const location = clientPaths.location(server.app.clientAppId)

    for (const path of [
      ...[`/${location}`, `${location}/`, location.replace('/app/', '//app//')],
      ...[`/${providers}`, `${providers}/`, providers.replace('/admin/', '//admin//')],
    ]) {
      expect((await requestRaw(server.url, `GET ${path}`)).status, path).toBe(200)
    }
  })

  it('of other methods, and malformed ones, are refused in JSON', async () => {
    await using server = await startTestServer()

    const wrongMethod = await requestRaw(server.url, `PUT ${clientPaths.session()}`)
    const malformed = await requestRaw(server.url, 'GET /api/client/v2.0/app/%ZZ/location')
    const long = await requestRaw(server.url, `GET ${clientPaths.location('a'.repeat(5000))}`)

    expect(wrongMethod).toMatchObject({ status: 404 })
    expect(JSON.parse(wrongMethod.body).error).toBe(
      'no such path: PUT /api/client/v2.0/auth/session',
    )
    expect(malformed).toMatchObject({ status: 400 })
    expect(JSON.parse(malformed.body)).toMatchObject({
      error: 'cannot read request: the path is malformed',
      error_code: 'BadRequest',
    })
    expect(long.status).toBe(400)
    for (const answer of [wrongMethod, malformed, long])
      expect(answer.headers['content-type']).toBe('application/json')
  })
})

describe('location', () => {
  it('sends clients to the address they used, or to the public URL when one is set', async () => {
    await using open = await startTestServer()
    await using behindProxy = await startTestServer({
      settings: { publicUrl: 'https://auth.shop.example' },
    })
    const path = clientPaths.location('test-aaaaa')

    const local = await requestRaw(open.url, `GET ${path}`)
    const hosted = await requestRaw(behindProxy.url, `GET ${path}`)

    expect(JSON.parse(local.body)).toEqual({
      deployment_model: 'GLOBAL',
      location: 'US-VA',
      hostname: 'http://regent.test',
      ws_hostname: 'ws://regent.test',
    })
    expect(JSON.parse(hosted.body)).toMatchObject({
      hostname: 'https://auth.shop.example',
      ws_hostname: 'wss://auth.shop.example',
    })
  })
})
