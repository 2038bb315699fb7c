import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { requestRaw, sendRaw } from './raw.ts'

const register = (server: TestServer, body: string | Uint8Array, type = 'application/json') =>
  server.request('POST', clientPaths.register(server.app.clientAppId), {
    body,
    headers: { 'content-type': type },
  })

const refusal = async (response: Response): Promise<string> => {
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(response.status).toBeLessThan(500)
  expect(response.headers.get('content-type')).toBe('application/json')
  return ((await response.json()) as { error: string }).error
}

describe('a body', () => {
  it('of any JSON type is taken, of another is refused', async () => {
    await using server = await startTestServer()
    const body = (name: string) => `{"email":"${name}@example.com","password":"correct horse"}`

    expect((await register(server, body('a'), 'application/json;charset=utf-8')).status).toBe(201)
    expect((await register(server, body('b'), 'application/vnd.api+json')).status).toBe(201)
    const form = await register(server, 'email=a', 'application/x-www-form-urlencoded')
    expect(form.status).toBe(415)
    expect(await form.json()).toMatchObject({
      error: "cannot read body: content type 'application/x-www-form-urlencoded' is not JSON",
      error_code: 'BadRequest',
    })
    expect(await refusal(await register(server, '{}', 'nonsense'))).toContain('content type')
  })

  it('that is no JSON, not UTF-8 or too deep is refused with the reason', async () => {
    await using server = await startTestServer()
    const cases: [string | Uint8Array, string][] = [
      ['{"email":', 'cannot read body: not valid JSON'],
      [Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d), 'cannot read body: not valid UTF-8'],
      ['['.repeat(60_000), 'cannot read body: nested deeper than 100 levels'],
      ['{"email":"a","email":"b"}', 'cannot read body: key "email" stands there twice'],
      ['{"__proto__":{"email":"a"}}', 'cannot read body: key "__proto__" is not allowed'],
      ['{"email":"a\\ud800","password":"123456"}', "string at 'email' is not valid Unicode"],
      ['[]', 'body must be an object'],
      ['"text"', 'body must be an object'],
      ['null', 'body must be an object'],
    ]

    for (const [body, text] of cases)
      expect(await refusal(await register(server, body))).toContain(text)
  })

  it('over the limit is refused before it is read, with a JSON answer', async () => {
    await using server = await startTestServer({ settings: { bodyLimitBytes: 2_000 } })

    const announced = await register(server, `{"email":"${'a'.repeat(2_000)}"}`)
    const chunk = '1000\r\n'.concat('a'.repeat(4096), '\r\n')
    const streamed = await sendRaw(
      server.url,
      `POST ${clientPaths.register('test-aaaaa')} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk}`,
    )

    expect(announced.status).toBe(413)
    expect(await announced.json()).toMatchObject({
      error: 'body is larger than 2000 bytes',
      error_code: 'BadRequest',
    })
    expect(streamed.status).toBe(413)
  })

  it('with the wrong kind of value in a field is refused by the name of the field', async () => {
    await using server = await startTestServer()
    const wrong: unknown[] = [{ $ne: null }, { $gt: '' }, ['a'], 1, true, null, { $oid: 'a' }]

    for (const email of wrong) {
      const response = await register(server, JSON.stringify({ email, password: 'correct horse' }))
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({
        error: "'email' must be of type string",
        error_code: 'InvalidParameter',
      })
    }
    expect(server.logs()).toContainEqual(expect.objectContaining({ refusal: 'fieldInvalid' }))
    const missing = await register(server, '{"email":"a@example.com"}')
    expect(missing.status).toBe(400)
    expect(await missing.json()).toMatchObject({
      error: "'password' is a required string",
      error_code: 'MissingParameter',
    })
  })

  it('of a login is refused by the name of the field too', async () => {
    await using server = await startTestServer()
    const logIn = (json: unknown) =>
      server.request('POST', clientPaths.login('test-aaaaa', 'local-userpass'), { json })

    const cases: [unknown, string][] = [
      [{ username: { $ne: null }, password: 'x' }, "'username'"],
      [{ username: 'a', password: ['x'] }, "'password'"],
      [{ username: 'a', password: 'b', options: { device: { deviceId: { $ne: 1 } } } }, 'deviceId'],
      [{ username: 'a', password: 'b', options: { device: { platform: {} } } }, 'platform'],
      [{ username: 'a', password: 'b', options: 'x' }, "'options'"],
      [[], 'body must be an object'],
    ]

    for (const [body, text] of cases) expect(await refusal(await logIn(body))).toContain(text)
  })

  it('that arrives too slowly is given up', async () => {
    await using server = await startTestServer({ settings: { requestTimeoutSeconds: 1 } })

    const answer = await sendRaw(
      server.url,
      `POST ${clientPaths.register('test-aaaaa')} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{`,
    )

    expect(answer.status).toBe(408)
    expect(JSON.parse(answer.body)).toMatchObject({ error_code: 'BadRequest' })
    expect(answer.headers['content-type']).toBe('application/json')
  })
})

describe('what is no HTTP', () => {
  it('gets a JSON refusal and the end of the connection', async () => {
    await using server = await startTestServer()

    const nonsense = await sendRaw(server.url, 'HELLO\r\n\r\n')
    const long = await requestRaw(server.url, 'GET /', [`x: ${'a'.repeat(40_000)}`])

    expect(nonsense).toMatchObject({ status: 400, reason: 'Bad Request' })
    expect(JSON.parse(nonsense.body)).toEqual({
      error: 'cannot read request: malformed HTTP',
      error_code: 'BadRequest',
      link: expect.stringMatching(/\/logs\?co_id=[0-9a-f]{24}$/),
    })
    expect(long.status).toBe(431)
  })
})
