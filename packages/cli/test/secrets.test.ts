import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

describe('regent secrets', () => {
  it('keeps values from standard input or a file, lists names, deletes', async () => {
    await using server = await startTestServer()
    await using folder = await makeFolder()
    const options = ['--data', server.dataDir]
    const file = join(folder.path, 'key.pem')
    await writeFile(file, '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n')
    const read = (name: string) => server.deps.appSecrets.read(server.app.id, name)

    expect((await run(['secrets', 'list', ...options])).out).toBe('No secrets.\n')
    const piped = await run(['secrets', 'set', 'idpKey', ...options], { input: 'hush-1\n' })
    const again = await run(['secrets', 'set', 'idpKey', ...options], { input: 'hush-2' })
    const fromFile = await run(['secrets', 'set', 'pem', '--file', file, ...options])
    const listed = await run(['secrets', 'list', ...options])
    const json = await run(['secrets', 'list', '--json', ...options])

    expect(piped).toEqual({ code: 0, out: '✓ The secret idpKey is kept.\n', err: '' })
    expect([again.code, fromFile.code]).toEqual([0, 0])
    expect(await read('idpKey')).toBe('hush-2')
    expect(await read('pem')).toMatch(/^-----BEGIN.*END PUBLIC KEY-----$/s)
    expect(listed.out).toBe('idpKey\npem\n')
    expect(JSON.parse(json.out)).toEqual(['idpKey', 'pem'])
    expect((await run(['secrets', 'delete', 'pem', ...options])).code).toBe(0)
    expect(await read('pem')).toBeUndefined()
  })

  it('looks for a name like a path as for any other, and leaves the app alone', async () => {
    await using server = await startTestServer()

    const refused = await run(['secrets', 'delete', '..', '--data', server.dataDir])

    expect(refused.code).toBe(1)
    expect(refused.err).toContain('✗ The server refused: secret not found')
    expect(await server.deps.store.apps.list()).toHaveLength(1)
  })

  it('says what to do without a value, with an unknown file and an unknown name', async () => {
    await using server = await startTestServer()
    const options = ['--data', server.dataDir]

    const typed = await run(['secrets', 'set', 'idpKey', ...options])
    const empty = await run(['secrets', 'set', 'idpKey', ...options], { input: '\n' })
    const nowhere = await run(['secrets', 'set', 'idpKey', '--file', 'nowhere', ...options])
    const unknown = await run(['secrets', 'delete', 'idpKey', ...options])

    expect(typed).toEqual({
      code: 1,
      out: '',
      err: '\n✗ There is no value for the secret idpKey.\n  → Pipe it in, as in `regent secrets set idpKey < key.txt`, or name a file with --file.\n\n',
    })
    expect(empty).toEqual(typed)
    expect(nowhere.err).toContain('✗ The file nowhere cannot be read (ENOENT')
    expect(unknown.err).toContain('✗ The server refused: secret not found: "idpKey"')
  })
})
