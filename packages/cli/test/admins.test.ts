import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AdminClient } from '@regent/sdk/admin'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

const email = 'ada@example.com'
const cheap = { REGENT_PASSWORD_MEMORY_KIB: '8', REGENT_PASSWORD_PASSES: '1' }

const canLogIn = async (server: TestServer, password: string): Promise<boolean> => {
  const admin = new AdminClient({ baseUrl: server.url, email, password })
  return admin.apps.list().then(
    () => true,
    () => false,
  )
}

describe('regent admins', () => {
  it('makes an operator with a password that is shown once, and who can log in', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]

    const made = await run(['admins', 'create', email, ...options])
    const [, password = ''] = /^password +(\S+)$/m.exec(made.out) ?? []
    const listed = await run(['admins', 'list', ...options])

    expect(made.err).toBe('\nThis is the only time that the password is shown.\n')
    expect(password).toMatch(/^\w{20}$/)
    expect(await canLogIn(server, password)).toBe(true)
    expect(listed.out).toMatch(/^\w{24} {2}ada@example\.com {2}full {2}\S+ \S+ {2}never$/m)
    expect(listed.out).not.toContain(password)
  })

  it('takes a password from standard input or a file, and changes it', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]
    const file = join(server.dataDir, 'password.txt')
    await writeFile(file, 'from a file\n')

    const made = await run(['admins', 'create', email, ...options], { input: 'from a pipe\n' })
    expect([made.code, made.err]).toEqual([0, ''])
    expect(made.out).not.toContain('from a pipe')
    expect(await canLogIn(server, 'from a pipe')).toBe(true)

    const changed = await run(['admins', 'password', 'ADA@example.com', '--file', file, ...options])
    expect(changed.out).toBe('✓ ada@example.com has another password; all sessions are over.\n')
    expect(await canLogIn(server, 'from a pipe')).toBe(false)
    expect(await canLogIn(server, 'from a file')).toBe(true)

    const gone = await run(['admins', 'delete', email, ...options])
    expect(gone.out).toBe('✓ ada@example.com is deleted; all sessions are over.\n')
    expect(await canLogIn(server, 'from a file')).toBe(false)
  })

  it('does all of it while no server runs, and when one was killed', async () => {
    await using folder = await makeFolder()
    const options = ['--data', folder.path]
    const env = cheap
    await writeFile(
      join(folder.path, 'server.json'),
      JSON.stringify({ url: 'http://127.0.0.1:1', clientAppIds: [] }),
    )
    await writeFile(join(folder.path, 'operator.key'), `${'A'.repeat(43)}\n`)

    const killed = await run(['admins', 'list', ...options], { env })
    await writeFile(join(folder.path, 'server.json'), '')
    const made = await run(['admins', 'create', email, ...options], { env, input: 'while away' })
    const twice = await run(['admins', 'create', email, ...options], { env, input: 'while away' })
    const key = await run(['admins', 'keys', 'create', 'ci', '--json', ...options], { env })
    const { publicKey, privateKey } = JSON.parse(key.out)

    expect(killed.out).toBe('No operators: make one with `regent admins create <email>`.\n')
    expect(made.code).toBe(0)
    expect(twice.err).toContain(`✗ The server refused: there is an operator '${email}' already`)
    await using server = await startTestServer({ dataDir: folder.path })
    expect(await canLogIn(server, 'while away')).toBe(true)
    const program = new AdminClient({ baseUrl: server.url, publicKey, privateKey })
    expect(await program.apps.list()).toHaveLength(1)
  })

  it('makes, lists and deletes key pairs', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]

    expect((await run(['admins', 'keys', 'list', ...options])).out).toBe('No key pairs.\n')
    const made = await run(['admins', 'keys', 'create', 'ci', '--role', 'read-only', ...options])
    const [, publicKey = ''] = /^public key +(\S+)$/m.exec(made.out) ?? []
    const [, privateKey = ''] = /^private key +(\S+)$/m.exec(made.out) ?? []
    const listed = await run(['admins', 'keys', 'list', ...options])
    const deleted = await run(['admins', 'keys', 'delete', publicKey, ...options])

    expect(made.err).toBe('\nThis is the only time that the private key is shown.\n')
    expect(listed.out).toContain(`${publicKey}    ci    read-only`)
    expect(listed.out).not.toContain(privateKey)
    expect(deleted.out).toBe('✓ The key pair ci is deleted.\n')
    expect((await run(['admins', 'keys', 'list', ...options])).out).toBe('No key pairs.\n')
  })

  it('says what is unknown, and what is no role', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]
    const complaintOf = async (argv: readonly string[]) =>
      (await run(['admins', ...argv, ...options], { input: 'long enough' })).err

    expect(await complaintOf(['delete', 'bob'])).toContain('✗ There is no operator bob.')
    expect(await complaintOf(['password', 'bob'])).toContain('✗ There is no operator bob.')
    expect(await complaintOf(['keys', 'delete', 'ci'])).toContain('✗ There is no key pair ci.')
    expect(await complaintOf(['create', email, '--role', 'owner'])).toContain(
      '✗ There is no role owner.',
    )
    expect(await complaintOf(['create', 'ada'])).toContain('✗ The server refused: email invalid')
  })
})

describe('--url', () => {
  const keyOf = async (server: TestServer, role: string): Promise<string> => {
    const argv = ['admins', 'keys', 'create', role, '--role', role, '--json']
    const { publicKey, privateKey } = JSON.parse(
      (await run([...argv, '--data', server.dataDir])).out,
    )
    return `${publicKey}:${privateKey}`
  }

  it('asks a server elsewhere with the key pair of REGENT_ADMIN_KEY', async () => {
    await using server = await startTestServer()
    const key = await keyOf(server, 'full')
    const elsewhere = { env: { REGENT_ADMIN_KEY: key }, cwd: '/' }

    const listed = await run(['users', 'list', '--url', server.url], elsewhere)

    expect(listed).toEqual({ code: 0, out: 'No users.\n', err: '' })
  })

  it('only looks with a read-only key', async () => {
    await using server = await startTestServer()
    const env = { REGENT_ADMIN_KEY: await keyOf(server, 'read-only') }
    const options = ['--url', server.url]

    expect((await run(['secrets', 'list', ...options], { env })).code).toBe(0)
    const { code, err } = await run(['secrets', 'set', 'idpKey', ...options], { env, input: 'x' })

    expect(code).toBe(1)
    expect(err).toContain('✗ The server refused: this operator may only read')
  })

  it('says what is missing, silent or refused', async () => {
    await using server = await startTestServer()
    const complaintOf = async (url: string, key?: string) =>
      (await run(['users', 'list', '--url', url], { env: { REGENT_ADMIN_KEY: key } })).err

    expect(await complaintOf(server.url)).toContain(
      `✗ Nothing says who asks the server at ${server.url}.`,
    )
    expect(await complaintOf(server.url, 'abcdefgh:guessed')).toContain(
      `✗ The server at ${server.url} does not accept the key of REGENT_ADMIN_KEY.`,
    )
    expect(await complaintOf('http://127.0.0.1:1', 'abcdefgh:guessed')).toContain(
      '✗ No Regent server answers at http://127.0.0.1:1.',
    )
    expect(await complaintOf('auth.example.com', 'abcdefgh:guessed')).toContain(
      '✗ The server cannot be at auth.example.com',
    )
  })
})
