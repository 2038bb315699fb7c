import { existsSync } from 'node:fs'
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startTestServer } from '@regent/server/testing'
import { describe, expect, it } from 'vitest'
import { makeFolder } from './process.ts'
import { run } from './terminal.ts'

const embedded = { settings: { store: undefined } }

describe('regent backup and restore', () => {
  it('write what a running server keeps, check it, and put it elsewhere', async () => {
    await using folder = await makeFolder()
    await using server = await startTestServer(embedded)
    await server.deps.appSecrets.write(server.app.id, 'colour', 'green')
    const file = join(folder.path, 'regent.tar')
    const other = join(folder.path, 'other')

    const made = await run(['backup', file, '--data', server.dataDir])
    const again = await run(['backup', file, '--data', server.dataDir])
    const checked = await run(['restore', file, '--check', '--data', other])
    const taken = await run(['restore', file, '--replace', '--data', server.dataDir])
    const restored = await run(['restore', file, '--data', other])
    const twice = await run(['restore', file, '--data', other])

    expect(made.code, made.err).toBe(0)
    expect(made.out).toMatch(/^✓ .*regent\.tar: \d+\.\d MB\n {2}SHA-256 [0-9a-f]{64}\n {2}Whoever/)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('✗ There is a file')])
    expect(checked.out).toMatch(/^✓ .* is whole: of a data folder, made 20.*, store version 2\n$/)
    expect(taken.err).toContain('✗ Another Regent server is using the data folder')
    expect(restored.out).toMatch(/^✓ .* is restored: of a data folder, made /)
    expect(twice.err).toContain('✗ There is data already: the data folder')

    await server.stop()
    await using next = await startTestServer({ ...embedded, dataDir: other })
    expect(await next.deps.appSecrets.read(server.app.id, 'colour')).toBe('green')
  })

  it('work without a running server, and say so when there is nothing', async () => {
    await using folder = await makeFolder()
    const server = await startTestServer({ ...embedded, dataDir: join(folder.path, 'data') })
    await server.stop()
    const file = join(folder.path, 'regent.tar')

    const made = await run(['backup', file, '--data', server.dataDir])
    const nothing = await run(['backup', `${file}.2`, '--data', join(folder.path, 'nowhere')])

    expect(made.code, made.err).toBe(0)
    expect(nothing.err).toContain('✗ The data folder')
    expect(nothing.err).toContain('holds no store.')
    expect(existsSync(join(folder.path, 'nowhere'))).toBe(false)
  })

  it('refuse what is no whole backup', async () => {
    await using folder = await makeFolder()
    const server = await startTestServer({ ...embedded, dataDir: join(folder.path, 'data') })
    await server.stop()
    const file = join(folder.path, 'regent.tar')
    const other = join(folder.path, 'other')
    await run(['backup', file, '--data', server.dataDir])
    await truncate(file, 100_000)
    await writeFile(`${file}.txt`, 'x'.repeat(2_000))

    const cut = await run(['restore', file, '--data', other])
    const text = await run(['restore', `${file}.txt`, '--check', '--data', other])
    const nowhere = await run(['restore', `${file}.none`, '--data', other])

    expect(cut.err).toContain('cannot be used: the backup is cut off.')
    expect(text.err).toContain('cannot be used: this is no backup of Regent, or it was changed.')
    expect(nowhere.err).toContain('cannot be read (ENOENT')
    expect([cut.code, text.code, nowhere.code]).toEqual([1, 1, 1])
    expect(await readdir(other)).toEqual(['lock.db'])
  })
})

describe('regent keys rotate', () => {
  it('shows the new keys, and what becomes of the old ones', async () => {
    await using server = await startTestServer(embedded)
    const options = ['--data', server.dataDir]
    const keyFile = join(server.dataDir, 'master.key')
    const masterKey = await readFile(keyFile, 'utf8')

    const before = await run(['keys', 'status', ...options])
    const signing = await run(['keys', 'rotate', '--signing', ...options])
    const atOnce = await run(['keys', 'rotate', '--signing', '--at-once', '--json', ...options])
    const master = await run(['keys', 'rotate', '--master', ...options])

    const table = before.out.trim().split('\n')
    expect(table.map(line => line.trim().split(/ {2,}/))).toEqual([
      ['app', 'key', 'number', 'state'],
      ['test-aaaaa', 'access', '1', 'signs'],
      ['test-aaaaa', 'refresh', '1', 'signs'],
      ['data', '1', 'seals'],
    ])
    expect(signing.out).toMatch(/access +2 +signs from 20\d\d-/)
    expect(signing.out).toMatch(/access +1 +signs\n/)
    const { apps } = JSON.parse(atOnce.out)
    expect(apps[0].access.map(({ number }: { number: number }) => number)).toEqual([2])
    expect(master.code, master.err).toBe(0)
    expect(master.out).toMatch(/data +2 +seals\n +data +1 +opens what it sealed\n$/)
    expect(await readFile(keyFile, 'utf8')).not.toBe(masterKey)
  })

  it('asks what is to be rotated', async () => {
    await using server = await startTestServer(embedded)

    for (const flags of [[], ['--signing', '--master']]) {
      const { code, err } = await run(['keys', 'rotate', ...flags, '--data', server.dataDir])
      expect([code, err]).toEqual([2, expect.stringContaining('Say what is to be rotated')])
    }
  })
})
