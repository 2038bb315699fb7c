import { clientPaths } from '@regent/protocol'
import { startTestServer, type TestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { run } from './terminal.ts'

const app = { providers: ['api-key'] } as const

const logIn = async (server: TestServer, key: string): Promise<number> => {
  const path = clientPaths.login(server.app.clientAppId, 'api-key')
  return (await server.request('POST', path, { json: { key } })).status
}

describe('regent keys', () => {
  it('makes a server key, shows it once, lists it, and ends it', async () => {
    await using server = await startTestServer({ app })
    const options = ['--data', server.dataDir]

    expect((await run(['keys', 'list', ...options])).out).toBe('No server keys.\n')
    const made = await run(['keys', 'create', 'ci', ...options])
    const [, key = ''] = /^key +(\S+)$/m.exec(made.out) ?? []
    const [, id = ''] = /^id +(\S+)$/m.exec(made.out) ?? []
    expect(made.err).toBe(
      '\nThis is the only time that the key is shown: keep it where it is used.\n',
    )
    expect(await logIn(server, key)).toBe(200)

    const listed = await run(['keys', 'list', ...options])
    expect(listed.out).toContain(`${id}  ci    ${key.slice(0, 8)}…`)
    expect(listed.out).not.toContain(key)

    expect((await run(['keys', 'disable', 'ci', ...options])).out).toBe(
      `✓ ci (${id}) is disabled: log-ins and refreshes are refused.\n`,
    )
    expect(await logIn(server, key)).toBe(401)
    expect((await run(['keys', 'list', ...options])).out).toContain('disabled')
    expect((await run(['keys', 'enable', id, ...options])).code).toBe(0)
    expect(await logIn(server, key)).toBe(200)
    expect((await run(['keys', 'delete', 'ci', ...options])).code).toBe(0)
    expect(await logIn(server, key)).toBe(401)
  })

  it('gives JSON to scripts', async () => {
    await using server = await startTestServer({ app })
    const options = ['--json', '--data', server.dataDir]

    const made = JSON.parse((await run(['keys', 'create', 'ci', ...options])).out)
    const listed = JSON.parse((await run(['keys', 'list', ...options])).out)

    expect(await logIn(server, made.key)).toBe(200)
    expect(listed).toEqual([expect.objectContaining({ id: made.id, name: 'ci', disabled: false })])
    expect(JSON.stringify(listed)).not.toContain(made.key)
  })

  it('says which key is unknown, and what is wrong with a name', async () => {
    await using server = await startTestServer({ app })
    const options = ['--data', server.dataDir]

    expect(await run(['keys', 'delete', 'ci', ...options])).toMatchObject({
      code: 1,
      err: '\n✗ The app test-aaaaa has no server key ci.\n  → Look for the right one with `regent keys list`.\n\n',
    })
    expect((await run(['keys', 'create', 'my key', ...options])).err).toContain(
      'can only contain ASCII letters, numbers, underscores, and hyphens',
    )
  })
})
