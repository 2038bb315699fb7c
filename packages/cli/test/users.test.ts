import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

const password = 'correct horse'
const byMail = { type: 'local-userpass', config: { autoConfirm: false } } as const

const send = (server: TestServer, path: string, json: object): Promise<Response> =>
  server.request('POST', path, { json })

const register = (server: TestServer, email: string): Promise<Response> =>
  send(server, clientPaths.register(server.app.clientAppId), { email, password })

const logIn = (server: TestServer, username: string, secret = password): Promise<Response> =>
  send(server, clientPaths.login(server.app.clientAppId, 'local-userpass'), {
    username,
    password: secret,
    options: { device: { sdkVersion: '12.0.0', platform: 'node', platformVersion: '24.0.0' } },
  })

const signUp = async (server: TestServer, email: string): Promise<string> => {
  await register(server, email)
  return ((await (await logIn(server, email)).json()) as { user_id: string }).user_id
}

describe('regent users list', () => {
  it('looks for users, and says how to go on', async () => {
    await using server = await startTestServer()
    const data = ['--data', server.dataDir]
    for (const name of ['bob', 'ada', 'adam']) await signUp(server, `${name}@example.com`)
    await run(['users', 'disable', 'adam@example.com', ...data])
    const list = async (...options: string[]) =>
      (await run(['users', 'list', ...options, ...data])).out

    const first = await list('--email', 'AD', '--limit', '1')
    const [, after = ''] = /--after (\S+),/.exec(first) ?? []

    expect(first).toMatch(/^\S+ +ada@example\.com +local-userpass/m)
    expect(first).not.toContain('adam@example.com')
    expect(await list('--email', 'AD', '--after', after)).toMatch(/adam@example\.com.* disabled /)
    expect(await list('--state', 'disabled')).not.toContain('bob@example.com')
    expect(await list('--provider', 'anon-user')).toBe('No users.\n')
    const newest = await list(
      '--sort',
      'created',
      '--desc',
      '--json',
      '--created-from',
      '2020-01-01',
    )
    expect(JSON.parse(newest).map(({ profile }: { profile: object }) => profile)).toEqual([
      { email: 'adam@example.com' },
      { email: 'ada@example.com' },
      { email: 'bob@example.com' },
    ])
  })

  it('refuses words and dates that it does not know', async () => {
    for (const [option, value, text] of [
      ['--state', 'gone', '--state must be one of enabled, disabled, deleting.'],
      ['--sort', 'name', '--sort must be one of id, created, login, email.'],
      ['--created-from', 'soon', '--created-from must be a date, as in 2026-11-23.'],
      ['--provider', 'google', '--provider must be one of anon-user, local-userpass'],
    ] as const) {
      const { code, err } = await run(['users', 'list', option, value])

      expect(code).toBe(2)
      expect(err).toContain(text)
    }
  })
})

describe('one user', () => {
  it('is shown with registration, sessions, devices and events', async () => {
    await using server = await startTestServer()
    const data = ['--data', server.dataDir]
    const id = await signUp(server, 'ada@example.com')

    const shown = await run(['users', 'show', 'ada@example.com', ...data])
    await logIn(server, 'ada@example.com', 'wrong horse')
    const tried = await run(['users', 'show', id, ...data])
    const sessions = await run(['users', 'sessions', id, '--json', ...data])
    const [{ id: session }] = JSON.parse(sessions.out)

    expect(shown.out).toMatch(/^registered +ada@example\.com, \d{4}-/m)
    expect(shown.out).toMatch(
      new RegExp(`^${session} +local-userpass +node 24\\.0\\.0 12\\.0\\.0`, 'm'),
    )
    expect(shown.out).toMatch(/^\S+ \S+ +AUTH +login +local-userpass +127\.0\.0\.1$/m)
    expect(tried.out).toMatch(/login +local-userpass +127\.0\.0\.1 +unauthorized, wrong password$/m)
    const ended = await run(['users', 'sessions', id, '--end', session, ...data])
    expect(ended.out).toBe(`✓ The session ${session} is ended.\n`)
    expect((await run(['users', 'sessions', id, ...data])).out).toBe('No sessions.\n')
    expect(JSON.parse((await run(['users', 'show', id, '--json', ...data])).out)).toMatchObject({
      id,
      registration: { email: 'ada@example.com', confirmed: true },
      sessions: [],
    })
  })

  it('is made with a password that is given, or made up and shown once', async () => {
    await using server = await startTestServer()
    const data = ['--data', server.dataDir]

    const made = await run(['users', 'create', 'ada@example.com', ...data])
    const [, secret = ''] = /^password +(\S+)$/m.exec(made.out) ?? []
    const given = await run(['users', 'create', 'bob@example.com', ...data], {
      input: `${password}\n`,
    })

    expect(made.err).toContain('This is the only time that the password is shown.')
    expect((await logIn(server, 'ada@example.com', secret)).status).toBe(200)
    expect(given.out).not.toContain(password)
    expect((await logIn(server, 'bob@example.com')).status).toBe(200)
    expect((await run(['users', 'create', 'ADA@example.com', ...data])).err).toContain(
      '✗ The server refused: name already in use',
    )
  })

  it('gets another password and another address', async () => {
    await using server = await startTestServer()
    const data = ['--data', server.dataDir]
    const id = await signUp(server, 'ada@example.com')
    const reset = (...options: string[]) =>
      run(['users', 'reset-password', id, ...options, ...data], {
        ...(options.length === 0 && { input: 'new-secret\n' }),
      })

    expect((await reset()).out).toContain('has another password: all sessions ended.')
    expect((await logIn(server, 'ada@example.com', 'new-secret')).status).toBe(200)
    expect((await reset('--send')).out).toContain('was sent the letter.')
    expect(await server.mailbox()).toHaveLength(1)
    expect((await run(['users', 'reset-password', id, ...data])).code).toBe(2)
    const moved = await run(['users', 'set-email', id, 'ada@example.org', ...data])
    expect(moved.out).toBe(`✓ ada@example.com (${id}) is ada@example.org now.\n`)
    expect((await logIn(server, 'ada@example.org', 'new-secret')).status).toBe(200)
  })

  it('is deleted with a report, after all that is kept was saved', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const data = ['--data', server.dataDir]
    const id = await signUp(server, 'ada@example.com')
    const file = join(folder.path, 'ada.json')

    const plan = await run(['users', 'delete', id, '--dry-run', ...data])
    const kept = await run(['users', 'data', id, ...data])
    const deleted = await run(['users', 'delete', id, '--save', file, ...data])

    expect(plan.out).toBe(
      `ada@example.com (${id}) would be deleted:\nwould go    1 identity, 1 password, 1 session, 1 device\nwould stay  documents in data sources, log entries, until their time is over\n`,
    )
    expect(deleted.out).toContain(`✓ ada@example.com (${id}) is deleted.\ngone   1 identity, `)
    const saved = JSON.parse(await readFile(file, 'utf8'))
    expect(saved).toMatchObject({ user: { id }, profile: { email: 'ada@example.com' } })
    expect({ ...JSON.parse(kept.out), exported_at: saved.exported_at, events: [] }).toEqual({
      ...saved,
      events: [],
    })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await run(['users', 'show', id, ...data])).code).toBe(1)
  })

  it('is not deleted when what is kept cannot be saved', async () => {
    await using server = await startTestServer()
    const data = ['--data', server.dataDir]
    const id = await signUp(server, 'ada@example.com')
    const file = join(server.dataDir, 'operator.key')

    const { code, err } = await run(['users', 'delete', id, '--save', file, ...data])

    expect(code).toBe(1)
    expect(err).toContain(`✗ The file ${file} cannot be written (EEXIST`)
    expect((await run(['users', 'show', id, ...data])).code).toBe(0)
  })

  it('who asked to be deleted is listed, and restored', async () => {
    await using server = await startTestServer({ app: { deletionGraceDays: 30 } })
    const data = ['--data', server.dataDir]
    await register(server, 'ada@example.com')
    const login = (await (await logIn(server, 'ada@example.com')).json()) as Record<string, string>
    const bearer = login.access_token ?? ''
    await server.request('DELETE', clientPaths.deleteUser(), { bearer })

    const listed = await run(['users', 'list', '--state', 'deleting', ...data])
    const restored = await run(['users', 'restore', 'ada@example.com', ...data])

    expect(listed.out).toMatch(/ada@example\.com .*deleted on \d{4}-\d\d-\d\d/)
    expect(restored.out).toContain('is not deleted, and can log in again.')
    expect((await run(['users', 'restore', 'ada@example.com', ...data])).err).toContain(
      '✗ The server refused: the user is not about to be deleted',
    )
  })
})

describe('pending users', () => {
  it('are listed, confirmed, written to and deleted', async () => {
    await using server = await startTestServer({ app: { providers: [byMail] } })
    const data = ['--data', server.dataDir]
    for (const name of ['ada', 'bob']) await register(server, `${name}@example.com`)
    const list = async (...options: string[]) =>
      (await run(['users', 'pending', 'list', ...options, ...data])).out

    expect(await list('--limit', '1')).toMatch(
      /ada@example\.com +not confirmed +[\d: -]+\n\nThere are more: --after [0-9a-f]{24}, /,
    )
    const confirmed = await run(['users', 'confirm', 'ada@example.com', ...data])
    expect(confirmed.out).toBe('✓ ada@example.com is confirmed.\n')
    expect(await list()).toMatch(/ada@example\.com +confirmed, no log-in yet/)
    await run(['users', 'resend', 'bob@example.com', ...data])
    expect((await server.mailbox()).map(({ to }) => to)).toEqual([
      'bob@example.com',
      'bob@example.com',
      'ada@example.com',
    ])
    expect((await run(['users', 'run', 'bob@example.com', ...data])).err).toContain(
      'cannot run confirmation for bob@example.com: confirmation by mail is enabled',
    )
    for (const name of ['ada', 'bob'])
      expect((await run(['users', 'pending', 'delete', `${name}@example.com`, ...data])).code).toBe(
        0,
      )
    expect(await list()).toBe('No pending users.\n')
    const gone = await run(['users', 'confirm', 'ada@example.com', ...data])
    expect(gone.code).toBe(1)
    expect(gone.err).toContain('has no pending user ada@example.com.\n  → Look for the right one')
    expect((await run(['users', '--help'])).out).toMatch(/pending +list and delete registrations/)
  })
})
