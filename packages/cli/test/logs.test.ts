import { fileURLToPath } from 'node:url'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { run } from './terminal.ts'

const ada = { email: 'ada@example.com', password: 'correct horse' }
const app = {
  functions: { greet: 'exports = name => { console.log("greeting", name) }' },
} as const

const register = (server: TestServer): Promise<Response> =>
  server.request('POST', clientPaths.register(server.app.clientAppId), { json: ada })

const logIn = async (
  server: TestServer,
  password = ada.password,
): Promise<Record<string, string>> => {
  const path = clientPaths.login(server.app.clientAppId, 'local-userpass')
  const json = { username: ada.email, password, options: { device: { platform: 'ios' } } }
  return (await server.request('POST', path, { json })).json() as Promise<Record<string, string>>
}

describe('regent logs', () => {
  it('tells what happened, the newest last', async () => {
    await using server = await startTestServer({ app })
    const options = ['--data', server.dataDir]
    expect((await run(['logs', ...options])).out).toBe('No entries.\n')
    await register(server)
    const { access_token: bearer = '', user_id: id } = await logIn(server)
    await server.request('POST', clientPaths.callFunction(server.app.clientAppId), {
      json: { name: 'greet', arguments: ['Ada'] },
      bearer,
    })
    const { link = '' } = await logIn(server, 'wrong one')

    const { out } = await run(['logs', ...options])
    const lines = out.split('\n').map(line => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, ''))

    expect(lines).toEqual([
      ' AUTH          register  ada@example.com  local-userpass  127.0.0.1',
      ` AUTH          login (new user)  ada@example.com  ${id}  local-userpass  127.0.0.1  ios`,
      ` FUNCTION      call greet  ${id}  127.0.0.1`,
      expect.stringContaining('greeting Ada'),
      ' AUTH          login  ada@example.com  local-userpass  127.0.0.1  ios  ✗ unauthorized, wrong password',
      '',
    ])
    const failed = lines.slice(-2).join('\n')
    const short = async (...args: string[]): Promise<string> =>
      (await run(['logs', ...args, ...options])).out.slice(20)
    const requestId = new URL(link).searchParams.get('co_id') ?? ''
    expect(await short('--errors')).toBe(failed)
    expect(await short('--request', requestId)).toBe(failed)
    expect(await short('--user', ada.email, '--errors', '--since', '1h')).toBe(failed)
    expect(await short('--limit', '1')).toContain('There are older ones')
    expect(await short('--type', 'FUNCTION')).toContain('greeting Ada')
    const listed = JSON.parse((await run(['logs', '--all', '--json', ...options])).out)
    expect(listed).toHaveLength(4)
    expect(listed[0]).toMatchObject({ type: 'AUTH', error: 'unauthorized', requestId })
  })

  it('goes on as things happen', async () => {
    await using server = await startTestServer({ app })
    await register(server)
    const { promise: stopped, resolve: stop } = Promise.withResolvers<void>()
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const onOut = (out: string): void => {
      if (out.includes('register')) begin()
      if (out.includes('(new user)')) stop()
    }

    const following = run(['logs', '--follow', '--data', server.dataDir], { onOut, stopped })
    await begun
    await logIn(server)
    const { code, out } = await following

    expect(code).toBe(0)
    expect(out.match(/register/g)).toHaveLength(1)
    expect(out.match(/new user/g)).toHaveLength(1)
  })

  it('says what is wrong with a time or a number', async () => {
    await using server = await startTestServer({ app })
    const options = ['--data', server.dataDir]

    const wrongTime = await run(['logs', '--since', 'soon', ...options])
    expect(wrongTime).toMatchObject({ code: 2, err: expect.stringContaining('--since must be') })
    const wrongLimit = await run(['audit', '--limit', '0', ...options])
    expect(wrongLimit).toMatchObject({ code: 2, err: expect.stringContaining('--limit must be') })
  })
})

describe('regent audit', () => {
  it('tells who did what', async () => {
    await using server = await startTestServer({ app })
    const options = ['--data', server.dataDir]
    expect((await run(['audit', ...options])).out).toBe('No actions.\n')
    await run(['secrets', 'set', 'door', ...options], { input: 'the very secret' })
    await run(['secrets', 'delete', 'window', ...options])

    const { out } = await run(['audit', ...options])

    expect(out).toMatch(/ {2}operator key {2}createSecret door {2}127\.0\.0\.1 {2}✓\n/)
    expect(out).toMatch(/ {2}operator key {2}deleteSecret window {2}127\.0\.0\.1 {2}✗ .*window.*\n/)
    expect(out).not.toContain('the very secret')
    const only = await run(['audit', '--operation', 'createSecret', '--since', '1h', ...options])
    expect(only.out.trim().split('\n')).toHaveLength(1)
    const others = await run(['audit', '--operator', 'ada@example.com', ...options])
    expect(others.out).toBe('No actions.\n')
    const json = JSON.parse((await run(['audit', '--errors', '--json', ...options])).out)
    expect(json).toMatchObject([{ operation: 'deleteSecret', status: 404 }, {}])
    const refused = await run(['push', fileURLToPath(new URL('.', import.meta.url)), ...options])
    expect(refused.code).toBe(1)
    const last = (await run(['audit', '--limit', '1', ...options])).out.split('\n')[0]
    expect(last).toMatch(/deployDirectory .*✗ .* cannot be deployed, 1 problem: …$/)
  })
})
