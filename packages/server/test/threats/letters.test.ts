import { clientPaths, serverPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { post } from '../client/clients.ts'
import { requestRaw } from '../http/raw.ts'
import { ada, attempt, logInAda, newestToken, register, tally } from './people.ts'

const pending = {
  providers: ['anon-user', { type: 'local-userpass', config: { autoConfirm: false } }],
} as const

const fifty = <T>(make: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 50 }, (_, at) => make(at)))

const confirm = (server: TestServer, json: object) =>
  post(server, clientPaths.confirm('test-aaaaa'), json)
const reset = (server: TestServer, json: object) =>
  post(server, clientPaths.reset('test-aaaaa'), json)
const sendReset = (server: TestServer, email = ada.email) =>
  post(server, clientPaths.resetSend('test-aaaaa'), { email })

describe('the token of a letter', () => {
  it('confirms once, however many send it at the same time (CVE-2026-34224)', async () => {
    await using server = await startTestServer({ app: pending })
    await register(server)
    const token = await newestToken(server)

    expect(tally(await fifty(() => confirm(server, token)))).toEqual({ 204: 1, 400: 49 })
  })

  it('sets one password, however many are sent with it at the same time (CVE-2026-34224)', async () => {
    await using server = await startTestServer()
    await register(server)
    const before = await logInAda(server)
    await sendReset(server)
    const token = await newestToken(server)
    const passwordOf = (at: number) => `new secret ${at}`

    const answers = await fifty(at => reset(server, { ...token, password: passwordOf(at) }))

    expect(tally(answers)).toEqual({ 204: 1, 400: 49 })
    const winner = passwordOf(answers.findIndex(({ status }) => status === 204))
    expect((await attempt(server)).status).toBe(401)
    expect((await attempt(server, { password: winner })).status).toBe(200)
    const session = { bearer: before.refresh_token }
    expect((await server.request('POST', clientPaths.session(), session)).status).toBe(401)
  })

  it('is of one account and one purpose, and stays good when it is only looked at', async () => {
    await using server = await startTestServer()
    await register(server)
    await register(server, 'eve@example.com')
    await sendReset(server)
    const mine = await newestToken(server)
    await sendReset(server, 'eve@example.com')
    const hers = await newestToken(server)
    const password = 'new secret'
    const page = new URLSearchParams({ app: 'test-aaaaa', ...mine })

    for (const bad of [
      { token: mine.token, tokenId: hers.tokenId },
      { token: hers.token, tokenId: mine.tokenId },
      { ...mine, token: mine.token?.toUpperCase() },
      { ...mine, email: 'eve@example.com', token: `${mine.token} ` },
    ]) {
      expect((await reset(server, { ...bad, password })).status).toBe(400)
    }
    expect((await confirm(server, mine)).status).toBe(400)
    for (const method of ['GET', 'HEAD', 'GET'])
      await server.request(method, `${serverPaths.resetPage()}?${page}&password=x&again=x`)
    expect((await reset(server, { ...mine, password })).status).toBe(204)
    expect((await attempt(server, { email: 'eve@example.com' })).status).toBe(200)
  })
})

describe('a letter', () => {
  it('leads to the address that is configured, whatever host a request names', async () => {
    const publicUrl = 'https://id.example.com'
    await using server = await startTestServer({ settings: { publicUrl } })
    await register(server)
    const path = clientPaths.resetSend('test-aaaaa')
    const body = JSON.stringify({ email: ada.email })
    const headers = [
      'x-forwarded-host: evil.example',
      'x-forwarded-proto: http',
      'forwarded: host=evil.example;proto=http',
      'x-original-url: http://evil.example/',
      'origin: http://evil.example',
      'referer: http://evil.example/',
      'content-type: application/json',
    ]

    const answers = [
      await requestRaw(server.url, `POST ${path}`, headers, body),
      await requestRaw(server.url, `POST http://evil.example${path}`, headers, body),
      await server.request('POST', path, {
        json: { email: ada.email },
        headers: { host: 'evil.example' },
      }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
    const letters = await server.mailbox()
    expect(letters).toHaveLength(3)
    for (const letter of letters) {
      expect(letter.link.startsWith(`${publicUrl}/pages/reset?app=test-aaaaa&token=`)).toBe(true)
      expect(JSON.stringify(letter)).not.toContain('evil')
    }
  })

  it('goes to the address that registered, never to one that only looks like it (CVE-2019-19844)', async () => {
    await using server = await startTestServer({ app: pending })
    await register(server, 'Mike@example.com')
    const alike = [
      'mike@example.com',
      'MI\u212aE@example.com',
      '\uff4dike@example.com',
      'mike@example.com.',
    ]
    const others = [
      'm\u0131ke@example.com',
      'mike+1@example.com',
      'mike@ex\u00e4mple.com',
      'mike@example.co',
    ]

    for (const email of alike) expect((await sendReset(server, email)).status, email).toBe(204)
    for (const email of others) expect((await sendReset(server, email)).status, email).toBe(404)

    const letters = await server.mailbox()
    expect(new Set(letters.map(({ to }) => to))).toEqual(new Set(['Mike@example.com']))
    expect(letters).toHaveLength(1 + alike.length)
  })

  it('is sent to nobody whose address would write a header or a second address', async () => {
    await using server = await startTestServer({ app: pending })

    for (const email of [
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com\nBcc: eve@example.com',
      'ada@example.com\u2028Bcc: eve@example.com',
      'ada@example.com\0',
      'ada@example.com, eve@example.com',
      'ada@example.com;eve@example.com',
      '"ada\r\n"@example.com',
      'Ada <eve@example.com>',
      '<eve@example.com>',
      'eve@example.com>,ada@example.com',
    ]) {
      expect((await register(server, email)).status, JSON.stringify(email)).toBe(400)
    }
    expect(await server.mailbox()).toEqual([])
  })
})

describe('who registered somebody else’s address', () => {
  it('has nothing left once the owner came by letter: no password, session or link (CVE-2024-38351)', async () => {
    await using server = await startTestServer({ app: pending })
    await register(server)
    await confirm(server, await newestToken(server))
    const anonymous = await server.request('POST', clientPaths.login('test-aaaaa', 'anon-user'), {
      json: {},
    })
    const squatter = (await anonymous.json()) as { access_token: string; refresh_token: string }
    const link = `${clientPaths.login('test-aaaaa', 'local-userpass')}?link=true`
    const linked = await server.request('POST', link, {
      bearer: squatter.access_token,
      json: { username: ada.email, password: ada.password },
    })
    expect(linked.status).toBe(200)

    await sendReset(server)
    await reset(server, { ...(await newestToken(server)), password: 'the owner chose' })

    const session = { bearer: squatter.refresh_token }
    expect((await server.request('POST', clientPaths.session(), session)).status).toBe(401)
    expect(
      (await server.request('DELETE', clientPaths.deleteUser(), { bearer: squatter.access_token }))
        .status,
    ).toBe(401)
    expect((await attempt(server)).status).toBe(401)
    expect((await attempt(server, { password: 'the owner chose' })).status).toBe(200)
  })
})
