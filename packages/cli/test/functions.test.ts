import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
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
