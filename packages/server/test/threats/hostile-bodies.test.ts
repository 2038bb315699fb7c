import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { refused } from '../client/clients.ts'
import { sendRaw } from '../http/raw.ts'
import { ada, attempt, logInAda, register, tally } from './people.ts'

const email = (step: keyof typeof clientPaths): string =>
  (clientPaths[step] as (appId: string) => string)('test-aaaaa')

const token = { token: 'a'.repeat(128), tokenId: 'b'.repeat(24) }

/** Every call that takes a body, with a body that has the right form. */
const calls: readonly (readonly [path: string, body: Readonly<Record<string, unknown>>])[] = [
  [clientPaths.login('test-aaaaa', 'local-userpass'), { username: ada.email, password: 'wrong' }],
  [email('register'), ada],
  [email('confirm'), token],
  [email('confirmSend'), { email: ada.email }],
  [email('confirmCall'), { email: ada.email }],
  [email('reset'), { ...token, password: ada.password }],
  [email('resetSend'), { email: ada.email }],
  [email('resetCall'), { email: ada.email, password: ada.password, arguments: [] }],
]

const notText: readonly unknown[] = [
  null,
  0,
  false,
  [],
  ['ada@example.com'],
  { $ne: null },
  { $gt: '' },
  { $regex: '.*' },
  { $where: '1' },
  { $code: 'x' },
  { $dbPointer: { $ref: 'a', $id: { $oid: '65a0c0ffee0000000000beef' } } },
  { $oid: '65a0c0ffee0000000000beef' },
  { $numberLong: '1' },
  { $date: { $numberLong: '1' } },
  { $binary: { base64: 'AA==', subType: '00' } },
  { $undefined: true },
  { $minKey: 1 },
  { $symbol: 'ada@example.com' },
  { toString: 'ada@example.com' },
]

const sendText = (server: TestServer, path: string, body: string | Uint8Array) =>
  server.request('POST', path, { body, headers: { 'content-type': 'application/json' } })

describe('what is no text where text belongs', () => {
  it('is a 400 in every field of every call, and reaches no account', async () => {
    await using server = await startTestServer()
    await register(server)

    for (const [path, body] of calls) {
      for (const field of Object.keys(body).filter(name => name !== 'arguments')) {
        for (const value of notText) {
          const answer = await server.request('POST', path, { json: { ...body, [field]: value } })
          const how = `${path} ${field} ${JSON.stringify(value)}`
          expect(await refused(answer), how).toMatchObject({
            status: 400,
            error: `'${field}' must be of type string`,
          })
        }
      }
    }
    expect((await attempt(server)).status).toBe(200)
    expect(await server.mailbox()).toEqual([])
  })

  it('is refused where nothing stands, too, and opens nothing', async () => {
    await using server = await startTestServer()
    await register(server)

    for (const [path, body] of calls) {
      for (const field of Object.keys(body).filter(name => name !== 'arguments')) {
        const empty = await server.request('POST', path, { json: { ...body, [field]: '' } })
        expect(empty.status, `${path} ${field}`).toBeGreaterThanOrEqual(400)
        expect(empty.status, `${path} ${field}`).toBeLessThan(500)
      }
    }
  })
})

describe('fields that clients have no say in', () => {
  it('are left out of account, user and session (CVE-2025-61928)', async () => {
    await using server = await startTestServer()
    const extra = {
      userId: 'f'.repeat(24),
      id: 'f'.repeat(24),
      _id: 'f'.repeat(24),
      type: 'server',
      role: 'admin',
      state: 'confirmed',
      emailVerified: true,
      disabled: false,
      createdAt: 0,
      identities: [{ id: 'x', provider_type: 'anon-user' }],
      constructor: { prototype: { polluted: true } },
      prototype: { polluted: true },
    }
    await server.request('POST', email('register'), { json: { ...extra, ...ada } })
    const login = await server.request('POST', calls[0]?.[0] ?? '', {
      json: { ...extra, username: ada.email, password: ada.password, options: extra },
    })
    const { user_id } = (await login.json()) as { user_id: string }

    const user = await server.deps.store.users.findById(user_id)

    expect(user_id).not.toBe(extra.userId)
    expect(user).toMatchObject({ type: 'normal', identities: [{ data: { email: ada.email } }] })
    expect(JSON.stringify(user)).not.toMatch(/admin|emailVerified|polluted|anon-user/)
    expect({}).not.toHaveProperty('polluted')
  })

  it('cannot be smuggled behind a benign object (CVE-2026-30938)', async () => {
    await using server = await startTestServer()
    const nested = '{"a":{"b":1},"options":{"device":{"x":{"__proto__":{"polluted":true}}}}}'

    const answer = await sendText(server, clientPaths.login('test-aaaaa', 'anon-user'), nested)

    expect(await refused(answer)).toMatchObject({
      status: 400,
      error: 'cannot read body: key "__proto__" is not allowed',
    })
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('hundreds of hostile requests', () => {
  const register_ = clientPaths.register('test-aaaaa')
  const long = 'x'.repeat(1_000_000)
  const keys = Array.from({ length: 150_000 }, (_, at) => `"${at}":0`).join(',')
  const bodies: Readonly<Record<string, string | Uint8Array>> = {
    'nested 100,000 deep': '['.repeat(100_000),
    'of 150,000 keys': `{${keys}}`,
    'with a password of a megabyte (CVE-2013-1443)': JSON.stringify({ ...ada, password: long }),
    'that are not UTF-8': Buffer.alloc(1_000_000, 0xff),
    'of one endless number': '1'.repeat(1_000_000),
  }

  it('each get a 4xx, and memory stays where it was', async () => {
    await using server = await startTestServer()
    const send = async (body: string | Uint8Array, times: number): Promise<Response[]> => {
      const answers: Response[] = []
      while (answers.length < times) answers.push(await sendText(server, register_, body))
      return answers
    }
    const sendRound = async (): Promise<void> => {
      for (const [how, body] of Object.entries(bodies)) {
        expect(tally(await send(body, 40)), how).toEqual({ 413: 40 })
      }
    }

    // What is kept of them, about a megabyte of each, makes every round grow by more than a hundred.
    const grown: number[] = []
    while (grown.length < 5 && !grown.some(megabytes => megabytes < 50)) {
      const before = process.memoryUsage().rss
      await sendRound()
      grown.push((process.memoryUsage().rss - before) / 1e6)
    }

    expect(Math.min(...grown), `${grown}`).toBeLessThan(50)
    expect((await attempt(server)).status).toBe(401)
  })

  it('of as much as is taken cost the others little', async () => {
    await using server = await startTestServer()
    const fields = Array.from({ length: 9_000 }, (_, at) => `"${at}":0`).join(',')
    const body = `{${fields}`.slice(0, 65_000)

    const startedAt = performance.now()
    for (let at = 0; at < 100; at++) {
      expect((await sendText(server, register_, body)).status).toBe(400)
    }

    expect((performance.now() - startedAt) / 100).toBeLessThan(100)
  })

  it('of 100 MB are refused by their length alone, and before they are all there', async () => {
    await using server = await startTestServer()
    const head = `POST ${register_} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n`

    const announced = await sendRaw(server.url, `${head}content-length: 100000000\r\n\r\n{`)
    const chunk = `10000\r\n${'a'.repeat(65_536)}\r\n1\r\na\r\n`
    const endless = await sendRaw(server.url, `${head}transfer-encoding: chunked\r\n\r\n${chunk}`)

    for (const answer of [announced, endless]) {
      expect(answer.status).toBe(413)
      expect(JSON.parse(answer.body)).toMatchObject({ error: 'body is larger than 65536 bytes' })
    }
  })
})

describe('a password', () => {
  it('is what was typed: no case, space, composition or zero byte is taken off or added', async () => {
    await using server = await startTestServer()
    const password = 'P\u00e4ss w\u00f6rd\0!\u{1f600}'
    await server.request('POST', email('register'), { json: { ...ada, password } })
    const others = [
      password.normalize('NFD'),
      password.toLowerCase(),
      ` ${password}`,
      `${password} `,
      password.split('\0')[0] ?? '',
      password.replace('\0', ''),
    ]

    for (const other of others) {
      expect((await attempt(server, { password: other })).status, JSON.stringify(other)).toBe(401)
    }
    expect((await attempt(server, { password })).status).toBe(200)
  })

  it('counts to its last byte, beyond the 72 that other hashes stop at', async () => {
    await using server = await startTestServer()
    const start = 'x'.repeat(72)
    await server.request('POST', email('register'), { json: { ...ada, password: `${start}a` } })

    expect((await attempt(server, { password: `${start}b` })).status).toBe(401)
    expect((await attempt(server, { password: start })).status).toBe(401)
    expect((await attempt(server, { password: `${start}a` })).status).toBe(200)
  })
})

describe('one user', () => {
  it('sees and ends only what is its own', async () => {
    await using server = await startTestServer()
    await register(server)
    const mine = await logInAda(server)
    await register(server, 'eve@example.com')
    const theirs = await attempt(server, { email: 'eve@example.com' })
    const eve = (await theirs.json()) as { access_token: string; user_id: string }

    const query = `?user_id=${mine.user_id}&userId=${mine.user_id}`
    const gone = await server.request('DELETE', `${clientPaths.deleteUser()}${query}`, {
      bearer: eve.access_token,
      json: { userId: mine.user_id },
    })

    expect(gone.status).toBe(204)
    expect((await attempt(server)).status).toBe(200)
    expect((await attempt(server, { email: 'eve@example.com' })).status).toBe(401)
  })
})
