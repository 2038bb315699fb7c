import { clientPaths, serverPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { logIn, refused } from '../client/clients.ts'
import { attempt, register } from '../threats/people.ts'

const read = async (server: TestServer): Promise<string> => {
  const response = await server.request('GET', serverPaths.metrics())
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return response.text()
}

/** Value of a series; `undefined` when it is not told. */
const sampleOf = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find(one => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

const functions = {
  greet: 'exports = () => "hello"',
  broken: 'exports = () => { throw new Error("no") }',
}

describe('GET /metrics', () => {
  it('tells what the server does, in the format of Prometheus', async () => {
    await using server = await startTestServer({ app: { functions } })
    const app = server.app.clientAppId
    await register(server)
    await attempt(server)
    await attempt(server, { password: 'wrong one' })
    const user = await logIn(server, 'anon-user')
    await server.request('POST', clientPaths.session(), { bearer: user.refresh_token })
    await server.request('POST', clientPaths.session(), { bearer: 'nonsense' })
    for (const name of Object.keys(functions)) {
      await server.request('POST', clientPaths.callFunction(app), {
        json: { name, arguments: [] },
        bearer: user.access_token,
      })
    }
    await read(server)

    const text = await read(server)

    const value = (series: string) => sampleOf(text, series)
    expect(value('regent_logins_total{provider="local-userpass",result="ok"}')).toBe(1)
    expect(value('regent_logins_total{provider="local-userpass",result="invalidPassword"}')).toBe(1)
    expect(value('regent_logins_total{provider="anon-user",result="ok"}')).toBe(1)
    expect(value('regent_refreshes_total{result="ok"}')).toBe(1)
    expect(value('regent_refreshes_total{result="refreshTokenUnknown"}')).toBe(1)
    const called = (name: string, result: string): string =>
      `regent_function_calls_total{app="${app}",function="${name}",result="${result}"}`
    expect(value(called('greet', 'ok'))).toBe(1)
    expect(value(called('broken', 'threw'))).toBe(1)
    expect(value(`regent_function_seconds_count{app="${app}"}`)).toBe(2)
    expect(value('regent_mails_total{result="ok"}')).toBeUndefined()
    const route = clientPaths.session()
    expect(value(`regent_http_requests_total{method="POST",route="${route}",status="201"}`)).toBe(1)
    expect(value('regent_http_request_seconds_count{api="client"}')).toBe(8)
    expect(value('regent_http_request_seconds_bucket{api="client",le="+Inf"}')).toBe(8)
    expect(value('regent_hashes_queued')).toBe(0)
    expect(value('regent_requests_in_flight')).toBe(0)
    expect(value('regent_event_loop_delay_seconds{quantile="0.99"}')).toBeGreaterThanOrEqual(0)
    expect(value('regent_resident_memory_bytes')).toBeGreaterThan(1e7)
    expect(text).not.toContain('undefined')
    expect(text).not.toContain('NaN')
  })

  it('tells commits of the embedded store', async () => {
    await using server = await startTestServer()
    if (server.deps.config.store !== undefined) return
    const before = sampleOf(await read(server), 'regent_store_commits_total') ?? 0
    await logIn(server, 'anon-user')

    expect(sampleOf(await read(server), 'regent_store_commits_total')).toBeGreaterThan(before)
  })

  it('is there for programs of this machine that come through no proxy', async () => {
    await using server = await startTestServer()
    const path = serverPaths.metrics()

    for (const name of ['x-forwarded-for', 'forwarded', 'via']) {
      const response = await server.request('GET', path, { headers: { [name]: '192.0.2.1' } })
      expect((await refused(response)).status).toBe(404)
    }
    await using shut = await startTestServer({ settings: { metrics: 'off' } })
    expect((await refused(await shut.request('GET', path))).status).toBe(404)
  })

  it('takes and asks for the token where there is one', async () => {
    const metricsToken = 'a-token-of-some-length'
    await using server = await startTestServer({ settings: { metricsToken } })
    const path = serverPaths.metrics()
    const ask = (bearer?: string) =>
      server.request('GET', path, {
        ...(bearer !== undefined && { bearer }),
        headers: { 'x-forwarded-for': '192.0.2.1' },
      })

    expect((await ask(metricsToken)).status).toBe(200)
    expect(await refused(await ask())).toMatchObject({ status: 401 })
    expect(await refused(await ask('another-token-of-it'))).toMatchObject({
      status: 401,
      error: 'invalid session',
    })
    const plain = await server.request('GET', path)
    expect(plain.status).toBe(401)
  })

  it('grows by no label that a stranger makes up', async () => {
    await using server = await startTestServer()
    for (let count = 0; count < 20; count++) {
      await server.request('GET', `/nowhere/${count}`)
      await server.request('POST', clientPaths.login(server.app.clientAppId, `made-up-${count}`), {
        json: {},
      })
    }

    const text = await read(server)

    expect(text).not.toContain('made-up')
    expect(text).not.toContain('nowhere')
    const unknown = 'regent_logins_total{provider="unknown",result="providerNotFound"}'
    expect(sampleOf(text, unknown)).toBe(20)
  })
})
