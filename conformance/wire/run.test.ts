import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { fill, readCases, type WireCase } from './cases.ts'

const client = '/api/client/v2.0'
const json = { 'content-type': 'application/json' }

/** What the `{name}` places stand for: an app, an anonymous user, and Ada, who is registered. */
const prepare = async (server: TestServer): Promise<Record<string, string>> => {
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(`${server.url}${client}/app/${server.app.clientAppId}/auth/providers/${path}`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    })
  const device = { sdkVersion: '2.0.1', platform: 'node', platformVersion: '20.11.0' }
  const anonymous: Record<string, string> = (await (
    await post('anon-user/login', { options: { device } })
  ).json()) as Record<string, string>
  await post('local-userpass/register', { email: 'ada@example.com', password: 'analytical' })

  return {
    'app.id': server.app.clientAppId,
    'anon.id': anonymous.user_id ?? '',
    'anon.access': anonymous.access_token ?? '',
    'anon.refresh': anonymous.refresh_token ?? '',
    'anon.device': anonymous.device_id ?? '',
    'ada.email': 'ada@example.com',
  }
}

const send = ({ request }: WireCase, url: string): Promise<Response> => {
  const { method, path, headers = {}, body } = request
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) })
}

const expectField = (value: unknown, kind: string): void => {
  if (kind === 'absent') expect(value).toBeUndefined()
  else if (kind === 'array') expect(Array.isArray(value)).toBe(true)
  else if (kind === 'jwt') expect(value).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
  else if (kind === 'objectid') expect(value).toMatch(/^(?!0{24})[0-9a-f]{24}$/)
  else if (kind.startsWith('=')) expect(value).toBe(kind.slice(1))
  else expect(typeof value).toBe(kind)
}

const expectAnswer = async (response: Response, { want }: WireCase, url: string): Promise<void> => {
  const text = await response.text()
  const body = text === '' ? {} : JSON.parse(text)

  expect({ status: response.status, body: text }).toMatchObject({ status: want.status })
  expect(response.headers.get('x-appservices-request-id')).toMatch(/^[0-9a-f]{24}$/)
  for (const [name, value] of Object.entries(want.headers ?? {})) {
    expect(response.headers.get(name)).toBe(value)
  }
  for (const [name, kind] of Object.entries(want.fields ?? {})) expectField(body[name], kind)
  if (want.empty) expect(text).toBe('')
  if (want.error !== undefined) expect(body.error).toBe(want.error)
  if (want.error_code !== undefined) expect(body.error_code ?? null).toBe(want.error_code)
  if (want.status >= 400) {
    expect(typeof body.error).toBe('string')
    expect(body.link).toContain(`${url}/`)
    expect(body.link).toContain('logs?co_id=')
  }
}

describe('the wire of the original', () => {
  for (const written of readCases('./cases.json')) {
    it(`${written.name} [${written.source}]`, async () => {
      await using server = await startTestServer({
        app: { allowedRequestOrigins: ['http://localhost:8080'] },
      })
      const wireCase = fill(written, await prepare(server))

      const response = await send(wireCase, server.url)

      await expectAnswer(response, wireCase, server.url)
    })
  }
})
