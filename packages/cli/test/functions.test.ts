import { execFileSync } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder, startCli } from './process.ts'
import { run } from './terminal.ts'

const functions = {
  echo: 'exports = (...args) => args',
  whoami: { source: 'exports = () => context.user.id || "the system"', private: true },
  loud: 'exports = () => { console.log("one\\u001b[2J"); console.error("two") }',
  fails: 'exports = () => { console.log("so far"); throw new Error("no such order") }',
  values:
    'exports = () => ({ at: new Date(0), id: new BSON.ObjectId("65a0c0ffee00000000000a01") })',
}

describe('regent functions run', () => {
  it('gives arguments as JSON, extended JSON or text, and prints the result', async () => {
    await using server = await startTestServer({ app: { functions } })
    const options = ['--data', server.dataDir]
    const args = ['Ada', '7', '{"year":2026}', '{"$numberLong":"9007199254740993"}', '"7"', 'null']

    const { code, out, err } = await run(['functions', 'run', ...options, 'echo', ...args])
    const negative = await run(['functions', 'run', ...options, 'echo', '--', '-1', '--x'])
    const values = await run(['functions', 'run', 'values', ...options])

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toEqual([
      'Ada',
      7,
      { year: 2026 },
      { $numberLong: '9007199254740993' },
      '7',
      null,
    ])
    expect(JSON.parse(negative.out)).toEqual([-1, '--x'])
    expect(JSON.parse(values.out)).toEqual({
      at: { $date: '1970-01-01T00:00:00.000Z' },
      id: { $oid: '65a0c0ffee00000000000a01' },
    })
  })

  it('runs as the system, or as the user of an id or e-mail address', async () => {
    await using server = await startTestServer({ app: { functions } })
    const options = ['--data', server.dataDir]
    const login = '/api/client/v2.0/app/test-aaaaa/auth/providers/local-userpass'
    const [email, password] = ['ada@example.com', 'correct horse']
    await server.request('POST', `${login}/register`, { json: { email, password } })
    const json = { username: email, password }
    const answer = await server.request('POST', `${login}/login`, { json })
    const { user_id: id } = (await answer.json()) as { user_id: string }
    const whoami = async (...user: string[]) =>
      (await run(['functions', 'run', 'whoami', ...user, ...options])).out

    expect(await whoami()).toBe('"the system"\n')
    expect(await whoami('--user', id)).toBe(`"${id}"\n`)
    expect(await whoami('--user', email)).toBe(`"${id}"\n`)
    expect(await run(['functions', 'run', 'whoami', '--user', 'x@y', ...options])).toMatchObject({
      code: 1,
      err: expect.stringContaining('✗ The app test-aaaaa has no user x@y.'),
    })
  })

  it('prints what the function printed beside the result, and fails as it failed', async () => {
    await using server = await startTestServer({ app: { functions } })
    const options = ['--data', server.dataDir]

    const loud = await run(['functions', 'run', 'loud', ...options])
    const fails = await run(['functions', 'run', 'fails', ...options])
    const unknown = await run(['functions', 'run', 'nothing', ...options])

    expect(loud).toEqual({
      code: 0,
      out: '{\n  "$undefined": true\n}\n',
      err: 'one?[2J\nerror: two\n',
    })
    expect(fails).toEqual({
      code: 1,
      out: '',
      err: 'so far\n\n✗ The function fails failed: no such order\n  → What it printed stands above; `regent logs --type FUNCTION` has file and line.\n\n',
    })
    expect(unknown.code).toBe(1)
    expect(unknown.err).toContain("function not found: 'nothing'")
    expect(unknown.err).toContain('→ A function is called by the path of its file below functions/')
  })
})

const leaking = {
  'root_config.json': { config_version: 20210101, app_id: 'leak-aaaaa', name: 'leak' },
  'auth/providers.json': { 'anon-user': { type: 'anon-user', disabled: false } },
  'functions/config.json': [{ name: 'leak' }],
  'functions/leak.js': `exports = n => { while (n-- > 0) require('fs').openSync('/dev/null') }`,
}

const post = async (url: string, json: unknown, token = ''): Promise<Record<string, string>> => {
  const headers = {
    'content-type': 'application/json',
    // The next request needs a socket of its own.
    connection: 'close',
    authorization: `Bearer ${token}`,
  }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(json) })
  return (await response.json()) as Record<string, string>
}

describe.runIf(process.platform === 'linux')('a function that forgets to close files', () => {
  it('takes them from its thread, not from the server', { timeout: 60_000 }, async () => {
    await using folder = await makeFolder()
    for (const [name, content] of Object.entries(leaking)) {
      const file = join(folder.path, 'app', name)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
    }
    const data = join(folder.path, 'data')
    const app = join(folder.path, 'app')
    await using server = startCli(['serve', app, '--port', '0', '--data', data])
    const said = await server.waitFor(/"msg":"listening"/)
    const url = `${/http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0]}/api/client/v2.0/app/leak-aaaaa`
    const logIn = () => post(`${url}/auth/providers/anon-user/login`, {})
    const { access_token: token } = await logIn()
    const call = (n: number) =>
      post(`${url}/functions/call`, { name: 'leak', arguments: [n] }, token)
    await call(0)
    const open = async () => (await readdir(`/proc/${server.pid}/fd`)).length
    const most = (await open()) + 300
    execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${most}`])

    await call(290)
    while ((await open()) > most - 200) await call(0).catch(() => {})

    expect(await logIn()).toMatchObject({ access_token: expect.any(String) })
  })
})
