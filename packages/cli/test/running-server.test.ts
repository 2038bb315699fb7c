import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

const password = 'correct horse'

const register = (server: TestServer, email: string): Promise<Response> =>
  server.request(
    'POST',
    `/api/client/v2.0/app/${server.app.clientAppId}/auth/providers/local-userpass/register`,
    { json: { email, password } },
  )

const logIn = async (server: TestServer, email: string): Promise<Response> =>
  server.request(
    'POST',
    `/api/client/v2.0/app/${server.app.clientAppId}/auth/providers/local-userpass/login`,
    { json: { username: email, password } },
  )

const signUp = async (server: TestServer, email: string): Promise<string> => {
  await register(server, email)
  return ((await (await logIn(server, email)).json()) as { user_id: string }).user_id
}

const byMail = { type: 'local-userpass', config: { autoConfirm: false } } as const

describe('a command that needs the server', () => {
  it('says how to start one when none runs on the data folder', async () => {
    await using folder = await makeFolder()

    for (const argv of [['demo'], ['dev', 'mail'], ['users', 'list']]) {
      const { code, err } = await run([...argv, '--data', folder.path])

      expect(code).toBe(1)
      expect(err).toContain(`✗ No Regent server is running on the data folder ${folder.path}.`)
      expect(err).toContain('→ Start one in another terminal with `regent dev <app directory>`')
    }
  })

  it('finds it through REGENT_DATA, else in .regent below the current folder', async () => {
    await using folder = await makeFolder()
    await using server = await startTestServer({ dataDir: join(folder.path, '.regent') })
    await signUp(server, 'ada@example.com')

    const byVariable = await run(['users', 'list'], { env: { REGENT_DATA: server.dataDir } })
    const byFolder = await run(['users', 'list'], { cwd: folder.path })

    expect(byVariable.out).toContain('ada@example.com')
    expect(byFolder).toEqual(byVariable)
  })

  it('says so when the server was killed or is another one', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]
    await writeFile(join(server.dataDir, 'operator.key'), 'another')
    expect((await run(['users', 'list', ...options])).err).toContain(
      `✗ The server at ${server.url} does not accept the operator key of ${server.dataDir}.`,
    )

    await writeFile(
      join(server.dataDir, 'server.json'),
      JSON.stringify({ url: 'http://127.0.0.1:1', clientAppIds: [] }),
    )
    const { code, err } = await run(['users', 'list', ...options])
    expect(code).toBe(1)
    expect(err).toContain(
      `✗ The server of the data folder ${server.dataDir} does not answer at http://127.0.0.1:1.`,
    )
  })

  it('asks which app is meant when there are several', async () => {
    await using server = await startTestServer({
      app: [{ clientAppId: 'shop-aaaaa' }, { clientAppId: 'forum-bbbbb' }],
    })
    const options = ['--data', server.dataDir]

    expect((await run(['users', 'list', ...options])).err).toContain(
      '✗ The server has several apps.\n  → Pick one with --app: forum-bbbbb, shop-aaaaa.',
    )
    expect((await run(['users', 'list', '--app', 'x', ...options])).err).toContain(
      '✗ The server has no app x.\n  → It has forum-bbbbb, shop-aaaaa: name one of those.',
    )
    expect(await run(['users', 'list', '--app', 'shop-aaaaa', ...options])).toMatchObject({
      code: 0,
      out: 'No users.\n',
    })
  })
})

describe('regent dev mail', () => {
  it('shows letters with their links, newest first', async () => {
    await using server = await startTestServer({ app: { providers: [byMail] } })
    const options = ['--data', server.dataDir]
    expect((await run(['dev', 'mail', ...options])).out).toContain('The mailbox is empty.')
    for (const name of ['ada', 'bob']) await register(server, `${name}@example.com`)
    const [newest] = await server.mailbox()

    const all = await run(['dev', 'mail', ...options])
    const one = await run(['dev', 'mail', '--limit', '1', ...options])
    const adas = await run(['dev', 'mail', '--to', 'ADA@example.com', '--json', ...options])

    expect(all.out.match(/^to .*/gm)).toEqual([
      'to       bob@example.com',
      'to       ada@example.com',
    ])
    expect(one.out).toContain(`link     ${newest?.link}\n`)
    expect(one.out).not.toContain('ada@example.com')
    expect(JSON.parse(adas.out)).toMatchObject([
      { to: 'ada@example.com', link: expect.stringContaining('token=') },
    ])
  })
})

describe('regent users', () => {
  it('lists, a page at a time, and says how to go on', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]
    const ada = await signUp(server, 'ada@example.com')
    await signUp(server, 'bob@example.com')

    const first = await run(['users', 'list', '--limit', '1', ...options])
    const next = await run(['users', 'list', '--after', ada, ...options])
    const json = await run(['users', 'list', '--json', ...options])

    expect(first.out).toContain('ada@example.com  local-userpass')
    expect(first.out).toContain(`There are more: --after ${ada}, or a larger --limit.`)
    expect(next.out).toContain('bob@example.com')
    expect(next.out).not.toContain('ada@example.com')
    expect(JSON.parse(json.out)).toHaveLength(2)
  })

  it('shows one by id or e-mail address', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]
    const id = await signUp(server, 'ada@example.com')

    const byId = await run(['users', 'show', id, ...options])
    const byEmail = await run(['users', 'show', 'ADA@example.com', ...options])

    expect(byId.out).toMatch(new RegExp(`^user +${id}\nstate +enabled\n`))
    expect(byId.out).toMatch(/^email +ada@example\.com$/m)
    expect(byEmail).toEqual(byId)
    expect(await run(['users', 'show', 'eve@example.com', ...options])).toMatchObject({
      code: 1,
      err: expect.stringContaining('✗ The app test-aaaaa has no user eve@example.com.'),
    })
  })

  it('disables, enables, logs out and deletes', async () => {
    await using server = await startTestServer()
    const email = 'ada@example.com'
    const id = await signUp(server, email)
    const command = (verb: string) => run(['users', verb, email, '--data', server.dataDir])

    expect((await command('disable')).out).toBe(
      `✓ ${email} (${id}) is disabled: all sessions ended, log-ins are refused.\n`,
    )
    expect((await logIn(server, email)).status).toBe(401)
    expect((await command('enable')).code).toBe(0)
    expect((await logIn(server, email)).status).toBe(200)
    expect((await command('logout')).out).toContain('is logged out everywhere')
    expect(await server.deps.store.sessions.listByUser(id)).toEqual([])
    expect((await command('delete')).code).toBe(0)
    expect((await logIn(server, email)).status).toBe(401)
    expect((await command('show')).code).toBe(1)
  })
})
